import { BALANCERS } from "../../simulator/protocol/spec.ts";
import { describe, expect, it } from "vitest";
import { parseClusterFile } from "../../simulator/protocol/cluster-file.ts";
import { starterService } from "../../simulator/protocol/starter.ts";
import { changesBetween } from "../../simulator/protocol/cluster-changes.ts";
import { completeClusterFile } from "../../extension/cluster-file/complete.ts";
import { withNewService } from "../../simulator/protocol/cluster-file-services.ts";
import { explainClusterFile } from "../../extension/cluster-file/explain.ts";

/** Labels proposed where `|` stands. */
function labels(text: string, refs: string[] = []): string[] {
  const offset = text.indexOf("|");
  const plain = text.slice(0, offset) + text.slice(offset + 1);
  return (completeClusterFile(plain, offset, refs)?.items ?? []).map((item) => item.label);
}

function hover(text: string): string | undefined {
  const offset = text.indexOf("|");
  return explainClusterFile(text.slice(0, offset) + text.slice(offset + 1), offset)?.markdown;
}

const shop = "version: 1\nservices:\n  checkout:\n    function: a.ts#a\n";

describe("completion in a cluster file", () => {
  it("offers the keys that are not there yet", () => {
    expect(labels("|")).toEqual(["version", "registry", "gateway", "services"]);
    expect(labels("version: 1\nreg|")).toEqual(["registry", "gateway", "services"]);
    const keys = labels(`${shop}    |`);
    expect(keys).toContain("breaker");
    expect(keys).not.toContain("function");
  });

  it("offers keys inside braces, and of the breaker those of its engine", () => {
    expect(labels(`${shop}    retry: { attempts: 2, | }`)).toEqual(
      expect.arrayContaining(["backoff", "jitter"]),
    );
    expect(labels(`${shop}    breaker: { engine: count, | }`)).toEqual([
      "threshold",
      "size",
      "minimumCalls",
      "halfOpenAfter",
      "halfOpenCalls",
      "halfOpenThreshold",
    ]);
    expect(labels(`${shop}    breaker: { | }`)).toEqual(
      expect.arrayContaining(["engine", "threshold", "duration", "size"]),
    );
  });

  it("offers keys of a setting that was opened on its own line", () => {
    expect(labels(`${shop}    balancer:\n      |`)).toEqual(
      expect.arrayContaining(["algorithm", "key", "servers"]),
    );
  });

  it("offers the values of enums, booleans and defaults", () => {
    expect(labels(`${shop}    balancer: { algorithm: | }`)).toEqual([...BALANCERS]);
    expect(labels(`${shop}    breaker: { engine: | }`)).toEqual([
      "consecutive",
      "sampling",
      "count",
      "hystrix-go",
      "hystrix",
    ]);
    expect(labels(`${shop}    retry: { nonIdempotent: | }`)).toEqual(["true", "false"]);
    expect(labels(`${shop}    timeout: |`)).toEqual(["1s"]);
    expect(labels(`${shop}    retry: { on: [timeout, |] }`)).toContain("5xx");
  });

  it("offers services and functions by name", () => {
    const two = `${shop}  pay:\n    function: |\n`;
    expect(labels(two, ["b.ts#b", "c.ts#c"])).toEqual(["b.ts#b", "c.ts#c"]);
    expect(labels(`${shop}    calls: [|]\n  pay:\n    function: b.ts#b\n`)).toEqual(["pay"]);
    expect(labels(`${shop}    fallback: { service: | }\n  pay:\n    function: b.ts#b\n`)).toEqual([
      "pay",
    ]);
  });

  it("is silent in comments and where nothing is known", () => {
    expect(labels(`${shop}    # |`)).toEqual([]);
    expect(labels(`${shop}    nonsense: { | }`)).toEqual([]);
  });
});

describe("hover in a cluster file", () => {
  it("explains a setting with its default and its values", () => {
    const text = hover(`${shop}    balancer: { algo|rithm: round-robin }`);
    expect(text).toContain("services.checkout.balancer.algorithm");
    expect(text).toContain("Default: `round-robin`");
    expect(text).toContain("`power-of-two`");
    expect(hover(`${shop}    time|out: 2s`)).toContain("Default: `1s`");
  });

  it("explains the settings of the engine that is chosen", () => {
    expect(hover(`${shop}    breaker: { engine: consecutive, thres|hold: 3 }`)).toContain(
      "in a row",
    );
    expect(hover(`${shop}    breaker: { engine: count, thres|hold: 50% }`)).toContain("share");
  });

  it("says what a service is, and nothing outside of the format", () => {
    expect(hover("version: 1\nservices:\n  check|out: {}")).toContain("POST /checkout");
    expect(hover(`${shop}    nonsen|se: 1`)).toBeUndefined();
  });
});

describe("adding a service", () => {
  const starter = starterService("functions/pay.ts#pay", 3);

  it("makes a cluster file that parses where there was none", () => {
    const text = withNewService(undefined, "pay", starter);
    const parsed = parseClusterFile(text);
    expect(parsed.ok && Object.keys(parsed.spec.services)).toEqual(["pay"]);
    expect(text).toContain("breaker: { engine: consecutive }");
    expect(text).not.toContain("services: {");
  });

  it("keeps comments and what is there", () => {
    const text = withNewService(
      `# mine\n${shop}    # why\n    timeout: 2s # long\n`,
      "pay",
      starter,
    );
    expect(text).toContain("# mine\n");
    expect(text).toContain("    # why\n    timeout: 2s # long\n");
    expect(parseClusterFile(text).ok).toBe(true);
  });

  it("folds no long line that is there", () => {
    const command = `command: "node server.js ${"--option that nobody wants on another line ".repeat(4)}"`;
    const balancer =
      "balancer: { algorithm: haproxy-roundrobin, hashBalanceFactor: 150, queueTimeout: 5s, version: '2.6' } # all on one line";
    const file = `version: 1\nservices:\n  shop:\n    ${command}\n    ${balancer}\n`;
    expect(withNewService(file, "pay", starter).startsWith(file)).toBe(true);
  });

  it("opens an empty list of services", () => {
    for (const empty of ["version: 1\nservices:\n", "version: 1\n", "version: 1\nservices: {}\n"]) {
      const text = withNewService(empty, "pay", starter);
      expect(text).toContain("services:\n  pay:\n    function:");
    }
  });

  it("refuses a name that is taken and a file that is broken", () => {
    expect(() => withNewService(shop, "checkout", starter)).toThrow(/already/);
    expect(() => withNewService("version: [", "pay", starter)).toThrow(/error/);
    expect(() => withNewService("version: 1\nservices: 5\n", "pay", starter)).toThrow(
      /not a mapping/,
    );
  });
});

describe("changes of a cluster file", () => {
  const parse = (text: string) => {
    const parsed = parseClusterFile(text);
    if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
    return parsed.spec;
  };

  it("are the services that came, went or differ", () => {
    const before = parse(`${shop}  pay:\n    function: b.ts#b\n  old:\n    synthetic: {}\n`);
    const after = parse(
      `${shop}  pay:\n    function: b.ts#b\n    timeout: 2s\n  new:\n    synthetic: {}\n`,
    );
    const changes = changesBetween(before, after);
    expect(Object.keys(changes.define)).toEqual(["pay", "new"]);
    expect(changes.remove).toEqual(["old"]);
    expect(changes.needsRestart).toBe(false);
  });

  it("are none for another order or written defaults, and need a restart for the registry", () => {
    const before = parse(`${shop}    timeout: 1s\n    instances: 3\n`);
    const after = parse(shop);
    expect(changesBetween(before, after)).toEqual({ define: {}, remove: [], needsRestart: false });
    const moved = parse(`${shop}registry: { leaseTtl: 9s }\n`);
    expect(changesBetween(before, moved).needsRestart).toBe(true);
  });
});
