import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formats } from "../../simulator/interop/index.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { parseClusterFile } from "../../simulator/protocol/cluster-file.ts";
import { NpmCommand } from "../support/npm-command.ts";
import { root } from "../support/paths.ts";
import { tempFolder } from "../support/temp-folder.ts";

const HAPROXY = join(root, "test/fixtures/haproxy/shop.cfg");
const NGINX = `events {}
http {
  include conf.d/*.conf;
  server { listen 8080; location / { proxy_pass http://shop; } }
}
`;
const UPSTREAM = "upstream shop {\n  least_conn;\n  server 10.0.0.1:80 weight=3;\n}\n";

describe("npm run -s fuseboard -- import and export", () => {
  let scope: Scope;
  let folder: string;

  beforeEach(async () => {
    scope = new Scope();
    folder = await tempFolder(scope, "import");
  });
  afterEach(() => scope.dispose());

  async function fuseboard(...args: string[]) {
    const command = new NpmCommand(scope, ["run", "-s", "fuseboard", "--", ...args]);
    const { lines, code } = await command.rest();
    return { text: `${lines.join("\n")}\n`, code, errors: command.errors.trim().split("\n") };
  }
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const specOf = (text: string) => {
    const parsed = parseClusterFile(text);
    if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
    return parsed.spec;
  };

  it("prints a configuration of HAProxy's as a cluster file, and what there is to say", async () => {
    const { text, code, errors } = await fuseboard("import", HAPROXY, "--version", "2.6");
    expect(code).toBe(0);
    expect(errors).toEqual([
      `${HAPROXY}:31:1: note: "api.v1" cannot be the name of a service; it becomes "api-v1".`,
      `${HAPROXY}:39:5: warning: Sessions are not kept at a server here; every call is balanced.`,
    ]);
    const { services } = specOf(text);
    expect(Object.keys(services)).toEqual(["shop", "api-v1"]);
    expect(services.shop?.balancer).toMatchObject({
      algorithm: "haproxy-roundrobin",
      version: "2.6",
    });
    expect(text).toContain("      queueTimeout: 2s\n");
    expect(text).toContain("        - { name: old, address: 10.0.0.8:9004, down: true,");
  });

  it("reads what nginx's file includes", async () => {
    await mkdir(join(folder, "conf.d"));
    await file(join("conf.d", "shop.conf"), UPSTREAM);
    const { text, code } = await fuseboard("import", await file("nginx.conf", NGINX));
    expect(code).toBe(0);
    expect(specOf(text).services.shop?.balancer).toMatchObject({
      algorithm: "least-connections",
      servers: [{ address: "10.0.0.1:80", weight: 3 }],
    });
  });

  it("names errors by line and ends with exit code 1", async () => {
    const path = await file("haproxy.cfg", "backend b\n  server s 10.0.0.1:80 weight 300\n");
    const { text, code, errors } = await fuseboard("import", path);
    expect(code).toBe(1);
    expect(errors).toEqual([
      `${path}:2:24: error: 'server b/s' : weight of server s is not within 0 and 256 (300)..`,
    ]);
    expect(specOf(text).services).toEqual({});
  });

  it("puts services into a cluster file and leaves the rest as it is", async () => {
    const into = await file(
      "fuseboard.yaml",
      "# Ours.\nversion: 1\nservices:\n  # who they are\n  users:\n    synthetic: {}\n",
    );
    const { text, code } = await fuseboard("import", HAPROXY, "--into", into);
    expect({ text, code }).toEqual({ text: "\n", code: 0 });
    const merged = await readFile(into, "utf8");
    expect(merged).toMatch(/^# Ours\.\nversion: 1\nservices:\n {2}# who they are\n {2}users:\n/);
    expect(Object.keys(specOf(merged).services)).toEqual(["users", "shop", "api-v1"]);
  });

  it.each(formats.map(({ id }) => id))("exports a cluster file for %s", async (id) => {
    const { text: cluster } = await fuseboard("import", HAPROXY);
    const path = await file("fuseboard.yaml", cluster);
    const { text, code } = await fuseboard("export", id, path);
    expect(code).toBe(0);
    for (const name of ["shop", "api-v1", "10.0.0.9"]) expect(text).toContain(name);
    if (id !== "haproxy") return;
    const again = await fuseboard("import", await file("haproxy.cfg", text));
    expect(again.text).toBe(cluster);
  });

  it("names what has no equivalent by the line of its service", async () => {
    const text = "version: 1\nservices:\n  # first\n  cart:\n    synthetic: {}\n";
    const path = await file("fuseboard.yaml", text);
    const { errors } = await fuseboard("export", "haproxy", path);
    expect(errors[0]).toMatch(`${path}:4:3: warning: round-robin has no equivalent in HAProxy`);
  });

  it("puts breakers of Hystrix properties into services, and writes them as they were", async () => {
    const properties = await file(
      "hystrix.properties",
      "hystrix.command.users.circuitBreaker.requestVolumeThreshold=7\nhystrix.command.users.circuitBreaker.errorThresholdPercentage=101\n",
    );
    const into = await file(
      "fuseboard.yaml",
      "version: 1\nservices:\n  users: # ours\n    synthetic: {}\n    timeout: 2s\n",
    );
    const { code, errors } = await fuseboard("import", properties, "--into", into);
    expect(code).toBe(0);
    expect(errors).toEqual([expect.stringMatching(/:2:1: warning: .*Expected per cent/)]);
    const line = "breaker: { engine: hystrix, circuitBreakerRequestVolumeThreshold: 7 }";
    expect(await readFile(into, "utf8")).toBe(
      `version: 1\nservices:\n  users: # ours\n    synthetic: {}\n    timeout: 2s\n    ${line}\n`,
    );
    const written = await fuseboard("export", "hystrix", into);
    const again = await fuseboard("import", await file("again.properties", written.text));
    expect(again.text).toContain(line);
    const go = await fuseboard("export", "hystrix-go", into);
    expect(go.text).toContain('\t\t"users": {\n\t\t\tTimeout:                1000,\n');
  });

  it.each([
    { args: ["import", "none.cfg"], sentence: "none.cfg cannot be read: there is no such file." },
    { args: ["import", "package.json"], sentence: "is neither a configuration of nginx nor" },
    { args: ["import", HAPROXY, "--version", "x"], sentence: '"x" is no version.' },
    { args: ["export", "apache"], sentence: 'There is no format "apache". Expected one of' },
    { args: ["export", "nginx", "none"], sentence: "There is no file or folder" },
  ])("answers $args with one line and exit code 2", async ({ args, sentence }) => {
    const { text, code, errors } = await fuseboard(...args);
    expect({ text, code }).toEqual({ text: "\n", code: 2 });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(sentence);
  });
});
