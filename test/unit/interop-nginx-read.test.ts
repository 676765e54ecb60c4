import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { formatFor, formatOf, formats } from "../../simulator/interop/index.ts";
import type { ConfigurationSource, Imported } from "../../simulator/interop/contract.ts";
import { nginx } from "../../simulator/interop/nginx/index.ts";
import { readIncludes } from "../../simulator/interop/read-includes.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { root } from "../support/paths.ts";
import { tempFolder } from "../support/temp-folder.ts";

const fixtures = join(root, "test", "fixtures", "nginx");

function read(text: string, more: Partial<ConfigurationSource> = {}): Imported {
  if (!nginx.read) throw new Error("nginx cannot be read.");
  return nginx.read({ path: "/etc/nginx/conf.d/a.conf", text, ...more });
}

function readFixture(name: string): Imported {
  const path = join(fixtures, name);
  return read(readFileSync(path, "utf8"), { path, include: readIncludes(path) });
}

/** `line severity message` of each finding. */
function said({ findings }: Imported): string[] {
  return findings.map((each) => `${String(each.line)} ${each.severity} ${each.message}`);
}

const errors = (imported: Imported): string[] =>
  said(imported).filter((line) => line.includes(" error "));

describe("an nginx configuration", () => {
  it("is recognised by its name, or by its folder and its text", () => {
    const upstream = "upstream a { server 10.0.0.1; }";
    for (const path of ["/etc/nginx/nginx.conf", "C:\\nginx\\nginx.dev.conf", "site.nginx"]) {
      expect(formatFor(path, "")?.id).toBe("nginx");
    }
    for (const path of [
      "/etc/nginx/conf.d/a.conf",
      "/etc/nginx/sites-enabled/shop",
      "a.template",
    ]) {
      expect(formatFor(path, upstream)?.id).toBe("nginx");
      expect(formatFor(path, "[section]\nname = value")).toBeUndefined();
    }
    expect(formatFor("a.ts", upstream)).toBeUndefined();
    for (const format of formats) expect(formatOf(format.id)).toBe(format);
  });

  it("becomes services, whole and with its includes", () => {
    const imported = readFixture("nginx.conf");
    expect(errors(imported)).toEqual([]);
    expect(imported.services.map(({ name, line, endLine }) => [name, line, endLine])).toEqual([
      ["catalogue", 2, 10],
      ["checkout_v2", 12, 17],
    ]);
    const [catalogue, checkout] = imported.services;
    expect(catalogue?.file).toBe(join(fixtures, "conf.d", "shop.conf"));
    expect(catalogue?.service).toEqual({
      synthetic: { latency: "20ms", errorRate: "0%" },
      instances: 4,
      balancer: {
        algorithm: "least-connections",
        servers: [
          { address: "10.1.0.11:8080", weight: 3, maxFails: 2, failTimeout: "30s" },
          { address: "10.1.0.12:8080", weight: 2, maxFails: 1 },
          { address: "10.1.0.13:8080", maxFails: 1, maxConnections: 200 },
          { address: "10.1.0.99:8080", maxFails: 1, backup: true },
        ],
      },
      health: { kind: "none" },
      // The first from http {}, the second from the file that the server includes.
      retry: { rules: "nginx", on: ["error", "timeout", "http_502"], tries: 0, timeout: "0ms" },
      timeout: "90s",
    });
    expect(checkout?.serviceName).toBe("checkout-v2");
    expect(checkout?.service).toMatchObject({
      balancer: { algorithm: "consistent-hash", key: "$cookie_session" },
      retry: { on: ["off"] },
      timeout: "5s",
    });
    for (const { service } of imported.services) ServiceSpec.parse(service);
    expect(said(imported)).toEqual([
      expect.stringMatching(/^4 note left out: .* proxy_read_timeout$/),
      '12 note "checkout_v2" cannot be the name of a service; it becomes "checkout-v2"',
      expect.stringMatching(/^39 warning other retries or timeouts than in .*shop\.conf:28/),
    ]);
  });

  it("becomes services as a part, with what runs on this machine left to it", () => {
    const imported = readFixture("fragment.conf");
    const [backend] = imported.services;
    expect(backend?.service.balancer?.servers).toEqual([
      { address: "127.0.0.1:3001", external: true, weight: 2, maxFails: 1 },
      { address: "[::1]:3002", external: true, maxFails: 0 },
      { address: "localhost:3003", external: true, maxFails: 1 },
      { address: "unix:/run/app.sock", maxFails: 1 },
    ]);
    expect(backend?.service).toMatchObject({
      retry: { tries: 2, timeout: "500ms" },
      timeout: "60s",
    });
    expect(said(imported)).toEqual([
      expect.stringMatching(/^4 note nginx makes a server of each address/),
      expect.stringMatching(/^5 warning a socket of this machine is simulated; nearest: /),
    ]);
  });

  it("keeps words and columns in other scripts and quotes", () => {
    const imported = readFixture("quoted.conf");
    expect(imported.services[0]).toMatchObject({
      name: "名前",
      service: {
        balancer: {
          key: '"${uri}" 🚀 $arg_x_é',
          servers: [{ address: "10.0.0.1:80" }, { failTimeout: "90m", maxFails: 3 }],
        },
      },
    });
    const at = read('upstream é { server "1.1.1.1" "ü🚀=2" x; }').findings[0];
    expect(at).toMatchObject({ line: 1, column: 32, endColumn: 37 });
  });

  it("says the nearest of what only newer releases and other people's modules have", () => {
    const imported = readFixture("newest.conf");
    expect(imported.services.map(({ service }) => service.balancer?.algorithm)).toEqual([
      "power-of-two",
      "peak-ewma",
    ]);
    expect(imported.findings.map(({ line, severity }) => `${String(line)} ${severity}`)).toEqual([
      ...["4 warning", "5 warning", "6 warning", "7 warning", "12 warning", "13 warning"],
      ...["17 warning", "25 note", "29 warning"],
    ]);
    expect(imported.services[1]?.service.retry).toMatchObject({ on: ["error", "http_503"] });
  });

  it.each([
    ["location /a {}\nlocation /a {}", '4 error duplicate location "/a"'],
    ["location = /a {}\nlocation =/a {}", '4 error duplicate location "/a"'],
    ["location ^~ /a {}\nlocation /a\n{}", '5 error duplicate location "/a"'],
    ["location /a {\nlocation /a/b {}\nlocation /a/b {} }", '5 error duplicate location "/a/b"'],
    ["location = /a {}\nlocation /a {}", undefined],
    ["location ~ /a {}\nlocation ~ /a {}", undefined],
    ["location /a { location /a/b {} }\nlocation /a/b {}", undefined],
    ["location /a {} }\nserver { location /a {}", undefined],
  ])("takes a location once: %j", (locations, error) => {
    const text = `events {}\nhttp { server {\n${locations} } }`;
    const path = "/etc/nginx/nginx.conf";
    expect(errors(read(text, { path }))).toEqual(error === undefined ? [] : [error]);
  });

  it("knows the variables of every hash, also of one that another method is set over", () => {
    const text = "events {}\nhttp { upstream a {\nhash $nowhere;\nrandom;\nserver 10.0.0.1;\n} }";
    expect(said(read(text, { path: "/etc/nginx/nginx.conf" }))).toEqual([
      '3 error unknown "nowhere" variable',
      "4 warning load balancing method redefined",
    ]);
  });

  it("has one http {} and one events {}", () => {
    const text = "events {}\nevents {}\nhttp {}\nhttp {}";
    expect(said(read(text, { path: "/etc/nginx/nginx.conf" }))).toEqual([
      '2 error "events" directive is duplicate',
      '4 error "http" directive is duplicate',
    ]);
  });

  it.each([
    ["least_time header;", "1.30", '1 error unknown directive "least_time"'],
    ["sticky cookie a;", "1.29.5", '1 error unknown directive "sticky"'],
    ["server a resolve;", "1.27.2", '1 error invalid parameter "resolve"'],
    ["random two least_time=header;", "1.22.1", '1 error invalid parameter "least_time=header"'],
    ["keepalive 2 local;", "1.28", '1 error invalid number of arguments in "keepalive" directive'],
  ])("takes `%s` by its release, not in %s", (directive, version, message) => {
    const text = `upstream u { zone z 64k; server 10.0.0.1; ${directive} }`;
    expect(errors(read(text, { version }))).toEqual([message]);
    expect(read(text, { version }).services).toEqual([]);
    expect(errors(read(text))).toEqual([]);
    const [service] = read(text, { version: "1.99" }).services;
    expect(service?.service.balancer?.version).toBe("1.99");
  });

  it("wants shared memory for names that are resolved again", () => {
    const imported = read("upstream u {\n server a.example.com resolve;\n}");
    expect(errors(imported)).toEqual([
      '1 error resolving names at run time requires upstream "u" in /etc/nginx/conf.d/a.conf:1 to be in shared memory',
    ]);
    expect(imported.services).toEqual([]);
  });

  it("keeps the services beside one with an error", () => {
    const imported = read(
      "upstream a { server 10.0.0.1 weight=0; }\nupstream b { server 10.0.0.2; }\nnonsense;\n",
    );
    expect(imported.services.map(({ name }) => name)).toEqual(["b"]);
    expect(errors(imported)).toEqual([
      '1 error invalid parameter "weight=0"',
      '3 error unknown directive "nonsense"',
    ]);
    expect(imported.findings[0]).toMatchObject({ column: 30, endColumn: 38 });
  });

  it("says that slow_start is not of the free nginx, in its words, and the nearest", () => {
    expect(said(read("upstream a { server 10.0.0.1 slow_start=30s; }"))).toEqual([
      '1 error invalid parameter "slow_start=30s"',
      expect.stringMatching(/^1 note .*nearest: `slowStart`/),
    ]);
  });

  it("says what of a hash key no call has", () => {
    const keyOf = (key: string) => {
      const map = "map $uri $tier { default 1; }\n";
      const imported = read(`${map}upstream a { hash "${key}"; server 10.0.0.1; }`);
      return [imported.services[0]?.service.balancer?.key, ...said(imported)];
    };
    expect(keyOf("$uri-$Tier")).toEqual([
      "$uri-$Tier",
      expect.stringMatching(
        /^2 warning \$tier is empty here, since `map` makes it in nginx; nearest/,
      ),
    ]);
    expect(keyOf("$server_port")).toEqual([
      "$server_port",
      expect.stringMatching(/^2 warning \$server_port is empty here, since a call has none/),
    ]);
    expect(keyOf("$HOST$arg_x")).toEqual(["$HOST$arg_x"]);
    expect(keyOf("")).toEqual([undefined, expect.stringMatching(/^2 note .* round robin$/)]);
  });

  it("cuts what is more than a service can have, and says so", () => {
    const servers = Array.from({ length: 101 }, () => "server 10.0.0.1;").join("\n");
    const imported = read(`upstream a {\n${servers}\n}\nupstream b {
      server 10.0.0.1 weight=70000 fail_timeout=99d max_conns=9223372036854775807; }`);
    for (const { service } of imported.services) ServiceSpec.parse(service);
    expect(imported.services[0]?.service.instances).toBe(100);
    expect(said(imported)).toEqual([
      expect.stringMatching(/^1 warning only the first 100 of 101 servers/),
      "105 warning read as 65535, the most there is",
      `105 warning read as ${String(Number.MAX_SAFE_INTEGER)}, the most there is`,
      "105 warning read as 24 days, the longest time there is",
    ]);
  });

  it("gives services names that differ", () => {
    const { services } = read(
      ["a_b", "a.b", "1", "é", "x".repeat(80)]
        .map((name) => `upstream ${name} { server 10.0.0.1; }`)
        .join("\n"),
    );
    const names = services.map(({ name, serviceName }) => serviceName ?? name);
    expect(names).toEqual(["a-b", "a-b-2", "service-1", "service", "x".repeat(63)]);
  });

  describe("that includes", () => {
    const files: Readonly<Record<string, string>> = {
      "/etc/nginx/one.conf": "include two.conf;",
      "/etc/nginx/two.conf": "include one.conf;",
      "/etc/nginx/part.conf": "server 10.0.0.1;\nserver 10.0.0.2 wieght=2;\n",
      "/etc/nginx/double.conf": "include double2.conf; include double2.conf;",
    };
    const include = (pattern: string): { path: string; text: string }[] => {
      const text = files[pattern] ?? deep(pattern);
      return text === undefined ? [] : [{ path: pattern, text }];
    };
    // Each includes the next one twice: read naively these would be 2^40 files.
    const deep = (path: string): string | undefined => {
      const n = Number(/^\/etc\/nginx\/double(\d+)\.conf$/.exec(path)?.[1] ?? 40);
      const next = `include double${String(n + 1)}.conf;`;
      return n < 40 ? `${next} ${next}` : undefined;
    };

    it("a part of an upstream places its errors in that file", () => {
      const imported = read("upstream a {\n include part.conf;\n}", { include });
      expect(imported.findings).toEqual([
        {
          ...{ file: "/etc/nginx/part.conf", line: 2, column: 17, endColumn: 25 },
          ...{ severity: "error", message: 'invalid parameter "wieght=2"' },
        },
      ]);
    });

    it("what is not there says so as nginx does, unless it has wildcards", () => {
      const path = "/etc/nginx/nginx.conf";
      const text = "events {}\ninclude none/*.conf;\n\ninclude none.conf;";
      expect(said(read(text, { path, include }))).toEqual([
        '4 error open() "/etc/nginx/none.conf" failed (2: No such file or directory)',
      ]);
    });

    it("itself is told, and read no further", () => {
      const path = "/etc/nginx/nginx.conf";
      const imported = read("events {}\ninclude one.conf;\n", { path, include });
      expect(said(imported)).toEqual([
        '1 error open() "/etc/nginx/one.conf" failed (24: Too many open files): it includes itself',
      ]);
      expect(imported.findings[0]?.file).toBe("/etc/nginx/two.conf");
    });

    it("twice and twice again comes to an end", () => {
      const path = "/etc/nginx/nginx.conf";
      const imported = read("events {}\ninclude double.conf;\n", { path, include });
      expect(errors(imported).some((line) => line.includes("more than 2000 files"))).toBe(true);
    });

    it("finds what glob(3) finds, and refuses a folder among it as nginx does", async () => {
      const scope = new Scope();
      try {
        const folder = await tempFolder(scope, "includes");
        const files = ["a.conf", "b{1,2}.conf", "b1.conf", ".hidden.conf", "sub/c.conf"];
        mkdirSync(join(folder, "sub"));
        for (const name of files) writeFileSync(join(folder, name), "");
        const find = readIncludes(join(folder, "nginx.conf"));
        const found = (pattern: string) =>
          find(pattern).map(({ path, ...rest }) => [
            relative(folder, path),
            ...("problem" in rest ? [rest.problem] : []),
          ]);
        expect(found("*.conf")).toEqual([["a.conf"], ["b1.conf"], ["b{1,2}.conf"]]);
        expect(found("b{1,2}.conf")).toEqual([["b{1,2}.conf"]]);
        expect(found("*/*.conf")).toEqual([[join("sub", "c.conf")]]);
        expect(found("s*")).toEqual([["sub", "is a directory"]]);
        expect(found("none.conf")).toEqual([]);
        const text = "events {}\nhttp {\ninclude sub;\n}";
        const imported = read(text, { path: join(folder, "nginx.conf"), include: find });
        const problem = `pread() "${join(folder, "sub")}" failed (21: Is a directory)`;
        expect(said(imported)).toEqual([`3 error ${problem}`]);
      } finally {
        await scope.dispose();
      }
    });

    it("leaves out what is not at hand, and says so", () => {
      expect(said(read("include a.conf;\nupstream a { server 10.0.0.1; }"))).toEqual([
        '1 note include "a.conf" is left out: the file is not at hand here',
      ]);
    });
  });
});
