import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nginx } from "../../simulator/interop/nginx/index.ts";
import { BALANCERS, ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { nginxServices } from "../support/nginx-services.ts";

/** What is written, read. */
function read(text: string): Record<string, ServiceFile> {
  const imported = nginx.read?.({ path: "/etc/nginx/conf.d/a.conf", text });
  expect(imported?.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  return Object.fromEntries(imported?.services.map(({ name, service }) => [name, service]) ?? []);
}

function parsed(services: Record<string, ServiceFile>): Record<string, ServiceSpec> {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, ServiceSpec.parse(service)]),
  );
}

function write(service: ServiceFile): { text: string; messages: string[] } {
  const { text, findings } = nginx.write(parsed({ a: service }));
  expect(findings.every(({ file, line }) => file === "a" && line === 1)).toBe(true);
  const messages = findings.map(({ message }) => message);
  // What is said is also said at its place in the text.
  for (const message of messages) expect(text).toContain(`# ${message}\n`);
  return { text, messages };
}

const synthetic = {};

describe("what is written for nginx", () => {
  it("is what was read", () => {
    fc.assert(
      fc.property(nginxServices, (files) => {
        const services = parsed(files);
        const { text, findings } = nginx.write(services);
        expect(findings).toEqual([]);
        const again = read(text);
        expect(parsed(again), text).toEqual(services);
        expect(read(nginx.write(parsed(again)).text)).toEqual(again);
      }),
      { numRuns: 300 },
    );
  });

  it("reads well", () => {
    const { text } = write({
      synthetic,
      instances: 3,
      balancer: {
        algorithm: "least-connections",
        servers: [
          { address: "10.0.0.1:80", weight: 2, maxFails: 1 },
          { name: "web two", maxFails: 3, failTimeout: "30s", maxConnections: 9 },
        ],
      },
      health: { kind: "none" },
      retry: { rules: "nginx", on: ["error", "http_502"], tries: 2, timeout: "1.5s" },
    });
    expect(text).toBe(`# For http {} of nginx.conf, such as a file of conf.d.
# Servers with a comment behind them: 127.0.0.1 and a port stand for the instance named there.

upstream a {
    least_conn;
    server 10.0.0.1:80 weight=2;
    server 127.0.0.1:9001 max_fails=3 fail_timeout=30s max_conns=9; # web two
    server 127.0.0.1:9002 max_fails=0; # a-3
}

server {
    listen 127.0.0.1:8080;

    location /a/ {
        proxy_pass http://a;
        proxy_next_upstream error http_502;
        proxy_next_upstream_tries 2;
        proxy_next_upstream_timeout 1500ms;
        proxy_read_timeout 1s;
    }
}
`);
  });

  it.each([
    ["haproxy-roundrobin", {}, undefined],
    ["haproxy-static-rr", {}, undefined],
    ["haproxy-first", {}, undefined],
    ["haproxy-leastconn", {}, "least_conn;"],
    ["haproxy-source", {}, "hash $remote_addr;"],
    ["haproxy-source", { hash: { type: "consistent" } }, "hash $remote_addr consistent;"],
    ["haproxy-uri", {}, "hash $uri;"],
    ["haproxy-uri", { uri: { whole: true } }, "hash $request_uri;"],
    ["haproxy-url-param", { parameter: "user-id" }, "hash $arg_user_id;"],
    ["haproxy-hdr", { header: "X-User" }, "hash $http_x_user;"],
    ["haproxy-random", {}, "random two least_conn;"],
    ["least-request", {}, "random two least_conn;"],
    ["peak-ewma", {}, "least_conn;"],
    ["ring-hash", { key: "$cookie_a" }, "hash $cookie_a consistent;"],
    ["maglev", {}, "hash $remote_addr consistent;"],
  ] as const)("has the nearest method for %s with %j", (algorithm, more, directive) => {
    const { text, messages } = write({ synthetic, balancer: { algorithm, ...more } });
    expect(messages[0]).toMatch(`${algorithm}: nearest in nginx is `);
    if (directive !== undefined) expect(text).toContain(`\n    ${directive}\n`);
    expect(text.match(/^ {4}(least_conn|hash|ip_hash|random)/gm)?.length ?? 0).toBe(
      directive === undefined ? 0 : 1,
    );
  });

  it("is read without an error for every algorithm, and none is lost in silence", () => {
    for (const algorithm of BALANCERS) {
      const { text, messages } = write({
        ...{ synthetic, instances: 2, health: { kind: "none" } },
        balancer: { algorithm, servers: [{}, { backup: true }] },
      });
      const [service] = Object.values(read(text));
      expect(service?.balancer?.servers?.[1]?.backup).toBe(true);
      expect(service?.balancer?.algorithm === algorithm || messages.length > 0).toBe(true);
    }
  });

  it("says what nginx does not have, with the nearest", () => {
    const { text, messages } = write({
      synthetic,
      instances: 2,
      balancer: {
        algorithm: "hash",
        key: "$nobody_knows",
        servers: [
          { address: "not an address", weight: 0, slowStart: "5s", observe: "layer7" },
          { failTimeout: "1500ms", minConnections: 1, maxQueue: 1 },
        ],
        outlier: {},
        slowStart: {},
        allBackups: true,
        queueTimeout: "1s",
        fullConnections: 5,
      },
      retry: { on: ["error", "5xx", 418] },
      breaker: { engine: "consecutive" },
      bulkhead: {},
      fallback: { value: 1 },
    });
    for (const what of [
      ...["key", "health checks", "breaker", "bulkhead", "outlier", "slowStart", "allBackups"],
      ...["queueTimeout", "fullConnections", "address", "slowStart of a-1", "observe of a-1"],
      ...["weight 0 of a-1", "failTimeout of a-2", "minConnections of a-2", "maxQueue of a-2"],
      ...["fallback", "retry:", "retry on 418"],
    ]) {
      expect(messages.filter((message) => message.startsWith(what))).not.toEqual([]);
    }
    expect(text).toContain("hash $remote_addr;");
    expect(text).toContain("proxy_next_upstream error http_500 http_502 http_503 http_504;");
    // The checks' `fall` stands in for them.
    expect(text).toContain("server 127.0.0.1:9001 max_fails=3 down; # a-1");
    read(text);
  });

  it("has HAProxy's retries as nginx's", () => {
    const retry = { rules: "haproxy", retries: 2, on: ["conn-failure", 503], connectTimeout: "2s" };
    const { text } = write({ synthetic, retry: retry as ServiceFile["retry"] });
    for (const line of ["proxy_next_upstream error http_503;", "proxy_next_upstream_tries 3;"]) {
      expect(text).toContain(line);
    }
    expect(text).toContain("proxy_connect_timeout 2s;");
    expect(write({ synthetic }).text).toContain("proxy_next_upstream off;");
  });

  it("is a configuration also where nginx needs more than there is", () => {
    const { text, messages } = write({ synthetic, instances: 0 });
    expect(text).toContain("server 127.0.0.1:9001 max_fails=3 down; # a-1");
    expect(messages.some((message) => message.startsWith("no instances"))).toBe(true);
    const backups = write({ synthetic, instances: 1, balancer: { servers: [{ backup: true }] } });
    expect(backups.text).not.toMatch(/^ +server .* backup/m);
    const { text: both, findings } = nginx.write(parsed({ a: { synthetic }, A: { synthetic } }));
    expect(Object.keys(read(both))).toEqual(["a", "A-2"]);
    expect(findings.some(({ message }) => message.includes("capitals"))).toBe(true);
  });

  it("keeps names in comments from becoming configuration", () => {
    const name = `x\n} evil; #${"y".repeat(5000)}`;
    const { text } = write({
      ...{ synthetic, instances: 1, health: { kind: "none" } },
      balancer: { servers: [{ name, slowStart: "1s", address: "\n;" }] },
    });
    expect(text).not.toMatch(/^\W*evil/m);
    expect(Object.keys(read(text))).toEqual(["a"]);
  });
});
