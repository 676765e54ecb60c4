import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { haproxy } from "../../simulator/interop/haproxy/index.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { root } from "../support/paths.ts";

const shop = readFileSync(join(root, "test/fixtures/haproxy/shop.cfg"), "utf8");

function read(text: string, version?: string) {
  const imported = haproxy.read?.({ path: "haproxy.cfg", text, version });
  if (!imported) throw new Error("HAProxy's configuration can be read.");
  return imported;
}

/** The one service of a backend with these lines. */
function serviceOf(lines: readonly string[], version?: string) {
  const [first] = read(["backend b", ...lines, ""].join("\n"), version).services;
  if (!first) throw new Error("There is no service.");
  return { file: first.service, spec: ServiceSpec.parse(first.service) };
}
const findingsOf = (...lines: readonly string[]) =>
  read(`${lines.join("\n")}\n`).findings.map(
    ({ line, column, severity, message }) =>
      `${String(line)}:${String(column)} ${severity}: ${message}`,
  );

describe("reading a configuration of HAProxy's", () => {
  it("gives each backend as a service, with what it inherits", () => {
    const { services, findings } = read(shop);
    expect(
      services.map(({ name, serviceName, line, endLine }) => [name, serviceName, line, endLine]),
    ).toEqual([
      ["shop", undefined, 22, 29],
      ["api.v1", "api-v1", 31, 41],
    ]);
    const [web, api] = services.map(({ service }) => service);
    expect(web).toEqual({
      synthetic: { latency: "20ms", errorRate: "0%" },
      instances: 4,
      balancer: {
        algorithm: "haproxy-roundrobin",
        servers: [
          {
            name: "web1",
            address: "127.0.0.1:9001",
            external: true,
            weight: 5,
            maxConnections: 20,
            slowStart: "30s",
          },
          {
            name: "web2",
            address: "127.0.0.1:9002",
            external: true,
            maxConnections: 20,
            minConnections: 5,
            maxQueue: 8,
            slowStart: "30s",
          },
          { name: "spare", address: "10.0.0.9:9003", backup: true, slowStart: "30s" },
          { name: "old", address: "10.0.0.8:9004", down: true, slowStart: "30s", check: false },
        ],
        fullConnections: 410,
        queueTimeout: "2s",
      },
      health: {
        http: "/ready",
        interval: "1s",
        fastInterval: "500ms",
        downInterval: "5s",
        rise: 3,
        fall: 2,
      },
      timeout: "10s",
      retry: { rules: "haproxy", retries: 2, redispatch: -1, connectTimeout: "250ms" },
    });
    expect(api?.balancer).toMatchObject({
      algorithm: "haproxy-uri",
      uri: { whole: true, depth: 2 },
      hash: { type: "consistent", function: "djb2", avalanche: true, balanceFactor: 150 },
      allBackups: true,
      servers: [
        { name: "a1" },
        { name: "n2", onError: "mark-down" },
        { name: "n3", errorLimit: 5 },
      ],
    });
    expect(findings.map(({ line, severity }) => [line, severity])).toEqual([
      [31, "note"],
      [39, "warning"],
    ]);
    for (const service of [web, api]) expect(ServiceSpec.safeParse(service).success).toBe(true);
  });

  it.each([
    ["3.2", "haproxy-roundrobin"],
    ["3.3", "haproxy-random"],
    [undefined, "haproxy-random"],
  ])("balances in release %s without `balance` by %s", (version, algorithm) => {
    expect(serviceOf(["server s 10.0.0.1:80"], version).file.balancer).toMatchObject({
      algorithm,
      ...(version !== undefined && { version }),
    });
  });

  it.each([
    ["balance static-rr", { algorithm: "haproxy-static-rr" }],
    ["balance first", { algorithm: "haproxy-first" }],
    ["balance source", { algorithm: "haproxy-source" }],
    [
      "balance uri len 8 path-only",
      { algorithm: "haproxy-uri", uri: { length: 8, pathOnly: true } },
    ],
    ["balance url_param user", { algorithm: "haproxy-url-param", parameter: "user" }],
    ["balance hdr(X-User)", { algorithm: "haproxy-hdr", header: "X-User" }],
    ["balance random(5)", { algorithm: "haproxy-random", draws: 5 }],
    ["balance hash req.hdr(x-id)", { algorithm: "haproxy-hdr", header: "x-id" }],
    ["balance rdp-cookie", { algorithm: "haproxy-source" }],
  ])("reads `%s`", (line, expected) => {
    const lines = ["mode http", line, "server s 10.0.0.1:80"];
    expect(serviceOf(lines).file.balancer).toMatchObject(expected);
  });

  it("takes turns where HAProxy cannot see requests, and says so at that line", () => {
    const lines = ["balance uri", "server s 10.0.0.1:80"];
    expect(serviceOf(lines).file.balancer).toMatchObject({ algorithm: "haproxy-roundrobin" });
    expect(findingsOf("backend b", ...lines)).toContain(
      "2:1 warning: Layer 7 hash not possible for backend 'b' (needs 'mode http'). Falling back to round robin.",
    );
  });

  it.each([
    "127.0.0.1:80",
    "127.1.2.3:80",
    "[::1]:80",
    "::1:80",
    "localhost:80",
    "ipv4@127.0.0.1:80",
  ])("takes %s for a program of this machine", (address) => {
    const { file } = serviceOf([`server s ${address}`]);
    expect(file.balancer?.servers).toEqual([{ name: "s", address, external: true }]);
  });

  it.each([
    "10.0.0.1:80",
    "example.com:80",
    "128.0.0.1:80",
    "127.0.0.1",
    "unix@/run/s",
    "127.0.0.1:+1",
  ])("simulates %s", (address) => {
    const { file } = serviceOf([`server s ${address}`]);
    expect(file.balancer?.servers).toEqual([{ name: "s", address }]);
  });

  it("checks servers at the pace of most, and each that differs at its own", () => {
    const all = [
      "server a 10.0.0.1:80 check inter 3s fastinter 1s",
      "server b 10.0.0.2:80 check inter 3s fastinter 1s",
      "server c 10.0.0.3:80 check inter 9s fall 1",
      "server d 10.0.0.4:80 check inter 3s fastinter 1s downinter 5s",
      "server e 10.0.0.5:80",
    ];
    const { file } = serviceOf(all);
    const timeout = "3s";
    expect(file.health).toEqual({ kind: "tcp", interval: "3s", fastInterval: "1s", timeout });
    expect(file.balancer?.servers?.map(({ health }) => health)).toEqual([
      undefined,
      undefined,
      { interval: "9s", fastInterval: "9s", timeout: "9s", fall: 1 },
      { downInterval: "5s" },
      undefined,
    ]);
    expect(findingsOf("backend b", ...all).filter((each) => each.includes("warning"))).toEqual([]);
    const limited = serviceOf(["timeout check 2s", ...all]).file;
    expect(limited.balancer?.servers?.[2]?.health).not.toHaveProperty("timeout");
  });

  const moving = ["backend b", "server s 10.0.0.1:80 minconn 1 maxconn 4"];
  it.each([
    [["global", "maxconn 40", "frontend f", "default_backend b"], 4],
    [["defaults", "maxconn 40", "frontend f", "use_backend b if { path /x }"], 4],
    [["frontend f", "maxconn 15", "use_backend b if FALSE", "default_backend b"], 2],
    [["frontend f", "maxconn 40", "use_backend %[path]", "frontend g", "maxconn 1"], 1],
    [["frontend f", "default_backend b"], 10_000],
    [["listen l", "maxconn 40", "server t 10.0.0.2:80", "default_backend b"], 4],
  ])("gives servers with a minconn HAProxy's own fullconn, by %j", (lines, fullConnections) => {
    const { services } = read([...lines, ...moving].join("\n"));
    const { service } = services.find(({ name }) => name === "b") ?? {};
    expect(service?.balancer?.fullConnections).toBe(fullConnections);
  });

  it.each([
    [
      ["frontend f", "default_backend x"],
      "2:17 error: Proxy 'f': unable to find required default_backend: 'x'.",
    ],
    [
      ["frontend f", "use_backend x if TRUE"],
      "2:13 error: Proxy 'f': unable to find required use_backend: 'x'.",
    ],
    [["frontend f", "use_backend %[path]"], undefined],
    [
      ["backend c", "redispatch"],
      "2:1 error: keyword 'redispatch' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'.",
    ],
    [
      ["backend c", "rspidel ^Server"],
      "2:1 error: The 'rspidel' directive is not supported anymore since HAProxy 2.1. Use 'http-response del-header' instead.",
    ],
    [
      ["global", "nbproc 2"],
      "2:1 error: nbproc is not supported any more since HAProxy 2.5. Threads will automatically be used on multi-processor machines if available.",
    ],
    [
      ["backend c", "server s 10.0.0.1:80 ssl verify foo"],
      "2:26 error: 'server c/s' : 'verify' : unknown verify method 'foo', only 'none' and 'required' are supported.",
    ],
    [
      ["global", "ssl-server-verify none", "backend c", "server s 10.0.0.1:80 ssl verify required"],
      "4:1 error: 'server c/s' : verify is enabled but no CA file specified.",
    ],
    [["backend c", "default-server ssl verify none", "server s 10.0.0.1:80"], undefined],
    [["global", "ssl-server-verify none", "backend c", "server s 10.0.0.1:80 ssl"], undefined],
  ])("complains of %j as HAProxy does", (lines, error) => {
    const errors = findingsOf(...lines, ...moving).filter((each) => each.includes(" error: "));
    expect(errors).toEqual(error === undefined ? [] : [error]);
  });

  it("names the last line where a block is not closed, however the text ends", () => {
    for (const end of ["", "\n"]) {
      const { findings } = read(`backend b\n.if 1\nserver s 10.0.0.1:80${end}`);
      expect(findings).toMatchObject([{ line: 3, message: "non-terminated '.if' block." }]);
    }
  });

  it.each(["ssl", "ssl verify required", "check check-ssl"])(
    "refuses TLS without a certificate to verify by: %s",
    (words) => {
      const findings = findingsOf("backend b", `server s 10.0.0.1:80 ${words}`);
      expect(findings.join("\n")).toContain(
        "2:1 error: 'server b/s' : verify is enabled by default but no CA file specified. If you're",
      );
    },
  );

  it.each([
    ["option redispatch", -1],
    ["option redispatch 2", 2],
    // On, but no retry goes elsewhere because of its number.
    ["option redispatch 0", 6],
    ["no option redispatch", undefined],
  ])("reads `%s`", (line, redispatch) => {
    const { retry } = serviceOf([line, "retries 5", "server s 10.0.0.1:80"]).file;
    expect(retry).toEqual({ rules: "haproxy", retries: 5, ...(redispatch && { redispatch }) });
  });

  it("names the line and the word of each error, in HAProxy's words", () => {
    expect(
      findingsOf(
        "backend b",
        "  server s1 127.0.0.1:80 weight 300",
        "  balanse roundrobin",
        "  timeout server 5x",
        "  server s2",
        '  server s3 "127.0.0.1:80',
      ),
    ).toEqual([
      "2:26 error: 'server b/s1' : weight of server s1 is not within 0 and 256 (300)..",
      "3:3 error: unknown keyword 'balanse' in 'backend' section; did you mean 'balance' maybe ?",
      "4:18 error: unexpected character 'x' in 'timeout server'",
      "5:3 error: 'server' expects <name> and <addr>[:<port>] as arguments.",
      "6:13 error: unmatched quote at position 13",
    ]);
  });

  it("refuses nothing for a variable that only the other machine knows", () => {
    const text = [
      "global",
      "setenv HOST 10.0.0.7",
      "backend b",
      'server a "$HOST:80"',
      'server b "127.0.0.1:${PORT}"',
      'server c "127.0.0.1:${PORT-81}"',
      "",
    ].join("\n");
    const { services, findings } = read(text);
    expect(services[0]?.service.balancer?.servers).toEqual([
      { name: "a", address: "10.0.0.7:80" },
      { name: "b", address: "127.0.0.1:${PORT}" },
      { name: "c", address: "127.0.0.1:81", external: true },
    ]);
    const ofLine = findings.filter(({ line }) => line === 5).map(({ severity }) => severity);
    expect(ofLine).toEqual(["note", "warning"]);
  });

  it("still gives the backends that are right", () => {
    const text = "backend a\nfoo\nserver s 10.0.0.1:80\nbackend b\nserver s 10.0.0.1:80\n";
    expect(read(text).services.map(({ name }) => name)).toEqual(["b"]);
  });

  it.each([
    ["cookie SRV insert", "stick on src", "use-server s if TRUE"],
    ["server s 10.0.0.1:80 agent-check agent-port 9", "server t 10.0.0.2:80 track b/s"],
    ["option prefer-last-server", "option mysql-check", "stick-table type ip size 1k"],
    ["http-check expect status 200", "dispatch 10.0.0.1:80", "force-persist if TRUE"],
  ])("does not drop %s", (...lines) => {
    const warned = read(["backend b", ...lines, ""].join("\n")).findings.filter(
      ({ severity }) => severity === "warning",
    );
    expect(warned.map(({ line }) => line)).toEqual(lines.map((_, i) => i + 2));
  });

  it.each([
    ["/etc/haproxy/haproxy.cfg", "", true],
    ["C:\\haproxy\\haproxy-test.cfg", "", true],
    ["a.cfg", "defaults\nbackend b\n  server s 10.0.0.1:80\n", true],
    ["nginx.conf", "upstream a { server 10.0.0.1; }", false],
    ["setup.cfg", "[metadata]\nname = x\n", false],
  ])("recognises %s", (path, text, expected) => {
    expect(haproxy.recognises(path, text)).toBe(expected);
  });
});
