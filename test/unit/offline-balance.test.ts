import { describe, expect, it } from "vitest";
import { balance, type Balanced } from "../../simulator/offline/balance.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";

const servers = ["a:80", "b:80", "c:80"].map((address) => ({ address }));

async function played(
  file: Partial<ServiceFile>,
  lines: readonly (object | string)[],
  warn?: (message: string) => void,
): Promise<Balanced[]> {
  const spec = ServiceSpec.parse({ synthetic: {}, health: { kind: "none" }, ...file });
  const results: Balanced[] = [];
  for await (const line of balance(spec, texts(lines), warn)) results.push(line);
  return results;
}

async function* texts(lines: readonly (object | string)[]): AsyncGenerator<string> {
  for (const line of lines) {
    yield Promise.resolve(typeof line === "string" ? line : JSON.stringify(line));
  }
}

describe("a trace in virtual time", () => {
  it("is answered line by line, in order, however long the answers take", async () => {
    const lines = [
      { t: 0, serviceMs: 500 },
      { t: 1, serviceMs: 5 },
      { t: 2, serviceMs: 50 },
      { t: 3 },
    ];
    expect(await played({ balancer: { servers } }, lines)).toEqual([
      { t: 0, picks: ["a:80"], status: 200 },
      { t: 1, picks: ["b:80"], status: 200 },
      { t: 2, picks: ["c:80"], status: 200 },
      { t: 3, picks: ["a:80"], status: 200 },
    ]);
  });

  it("counts what is under way at its moment", async () => {
    const lines = [
      { t: 0, serviceMs: 100 },
      { t: 10, serviceMs: 20 },
      { t: 20, serviceMs: 100 },
      // b has answered at 30, just in time; a and c are still busy.
      { t: 30, serviceMs: 100 },
      { t: 31 },
    ];
    const picks = await played({ balancer: { algorithm: "least-connections", servers } }, lines);
    expect(picks.map((line) => line.picks[0]).slice(0, 4)).toEqual([
      "a:80",
      "b:80",
      "c:80",
      "b:80",
    ]);
  });

  it("keeps a server's outcome until told otherwise, and tries the next by nginx's rules", async () => {
    const on: ("error" | "timeout" | "http_503")[] = ["error", "timeout", "http_503"];
    const retry = { rules: "nginx" as const, on };
    const results = await played({ retry, timeout: "60s", balancer: { servers } }, [
      { t: 0, outcomes: { "a:80": "refused", "b:80": "timeout" } },
      { t: 70_000 },
      { t: 140_000, outcomes: { "a:80": "ok" } },
      { t: 300_000, outcomes: { "a:80": 503, "b:80": 503, "c:80": 503 } },
      { t: 400_000, method: "POST" },
    ]);
    expect(results.map(({ status }) => status)).toEqual([200, 200, 200, 503, 503]);
    expect(results[0]?.picks).toEqual(["a:80", "b:80", "c:80"]);
    expect(results[3]?.picks).toHaveLength(3);
    expect(results[4]?.picks).toHaveLength(1);
  });

  it("follows health checks, which take their time to find out", async () => {
    const health = { kind: "tcp", interval: "2s", fall: 3, rise: 2 } as const;
    const lines = [
      { t: 0, outcomes: { "a:80": "refused" } },
      ...[500, 1000, 1500].map((t) => ({ t })),
      ...[20_000, 20_001, 20_002].map((t) => ({ t })),
      { t: 20_003, outcomes: { "a:80": "ok" } },
      ...[40_000, 40_001, 40_002].map((t) => ({ t })),
    ];
    const results = await played({ health, balancer: { servers } }, lines);
    const tried = (from: number, to: number) =>
      results.slice(from, to).flatMap(({ picks }) => picks);
    expect(tried(0, 4)).toContain("a:80");
    expect(tried(4, 8)).not.toContain("a:80");
    expect(tried(8, 11)).toContain("a:80");
  });

  it("says the same every time", async () => {
    const lines = Array.from({ length: 200 }, (_, i) => ({ t: i * 3, serviceMs: (i * 37) % 90 }));
    const file = { balancer: { algorithm: "power-of-two", servers } } as const;
    expect(await played(file, lines)).toEqual(await played(file, lines));
  });

  it.each([
    ["{", "Line 1 of the trace is wrong: it is not JSON."],
    ["{}", 'Line 1 of the trace is wrong: "t": '],
    ['{"t":-1}', 'Line 1 of the trace is wrong: "t": Expected 0 or more.'],
    ['{"t":1764000000000}', '"t": Expected milliseconds since the beginning, not since 1970.'],
    ['{"t":0,"outcomes":{"a:80":"sick"}}', 'Line 1 of the trace is wrong: "outcomes.a:80": '],
  ])("says what is wrong with %s", async (line, message) => {
    await expect(played({ balancer: { servers } }, [line])).rejects.toThrow(message);
  });

  it("wants its lines in the order of time, and warns of servers that are not there", async () => {
    const before = played({ balancer: { servers } }, [{ t: 5 }, "", { t: 4 }]);
    await expect(before).rejects.toThrow("Line 3 of the trace is wrong: it is at 4ms, before");
    const warnings: string[] = [];
    const lines = [{ t: 0, outcomes: { "z:80": "refused" } }];
    await played({ balancer: { servers } }, lines, (message) => warnings.push(message));
    expect(warnings).toEqual([
      'Line 1 of the trace: there is no server "z:80". Known: a:80, b:80, c:80.',
    ]);
  });

  it("warns once of clients that are no addresses, which are hashed as nothing", async () => {
    const warnings: string[] = [];
    const lines = ["10.0.0.1", "::1", "ada", "bob"].map((client, t) => ({ t, client }));
    const results = await played({ balancer: { servers } }, lines, (text) => warnings.push(text));
    expect(results).toHaveLength(4);
    expect(warnings).toEqual(['Line 3 of the trace: the client "ada" is no IP address.']);
  });

  it("warns once of what it does not know, such as a misspelt name", async () => {
    const warnings: string[] = [];
    const lines = [
      { t: 0, outcome: { "a:80": "refused" } },
      { t: 1, outcome: {} },
    ];
    await played({ balancer: { servers } }, lines, (message) => warnings.push(message));
    expect(warnings).toEqual(['Line 1 of the trace: "outcome" is not known, and changes nothing.']);
  });
});
