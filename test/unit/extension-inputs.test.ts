import { delimiter, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAddedLatency, parseFaultFields } from "../../simulator/protocol/fault-text.ts";
import { emptySnapshot } from "../../simulator/protocol/reduce.ts";
import type { Snapshot } from "../../simulator/protocol/model.ts";
import type { FactBatch } from "../../simulator/protocol/events.ts";
import { emptyPlan, withFunction, withoutService } from "../../extension/cluster/cluster-plan.ts";
import { ClusterStore } from "../../extension/cluster/cluster-store.ts";
import { findNode } from "../../extension/cluster/find-node.ts";
import { parseFaultTiming } from "../../extension/commands/fault-input.ts";
import { parseLoad } from "../../extension/commands/load-input.ts";
import { addressOf } from "../../extension/commands/stream-input.ts";
import {
  compactPayload,
  forget,
  payloadError,
  readHistory,
  REMEMBERED,
  remember,
} from "../../extension/invoke/payload-history.ts";

describe("remembered payloads", () => {
  it("have the newest first, each once, and not too many", () => {
    expect(remember(["1", "2"], "2")).toEqual(["2", "1"]);
    const many = Array.from({ length: 30 }, (_, i) => String(i)).reduce<readonly string[]>(
      remember,
      [],
    );
    expect(many).toHaveLength(REMEMBERED);
    expect(many[0]).toBe("29");
    expect(forget(["1", "2"], "1")).toEqual(["2"]);
  });

  it("survive whatever was stored", () => {
    expect(readHistory(undefined)).toEqual([]);
    expect(readHistory(["{}", 4])).toEqual(["{}"]);
  });

  it("are JSON on one line", () => {
    expect(payloadError('{"a": 1}')).toBeUndefined();
    expect(payloadError("{a: 1}")).toMatch(/^Not JSON: /);
    expect(payloadError(" ")).toMatch(/Enter JSON/);
    expect(compactPayload('{\n "a": 1 }')).toBe('{"a":1}');
  });
});

describe("what is typed for a fault", () => {
  it("is its options, read by their kind", () => {
    expect(parseFaultFields("latency", { latency: "200ms" })).toEqual({
      fault: { kind: "latency", latency: { kind: "constant", ms: 200 } },
    });
    expect(parseFaultFields("latency", { latency: "normal 1s 50ms" })).toEqual({
      fault: { kind: "latency", latency: { kind: "normal", mean: 1000, deviation: 50 } },
    });
    expect(parseAddedLatency("log-normal 200ms 0.5")).toEqual({
      kind: "log-normal",
      median: 200,
      sigma: 0.5,
    });
    expect(parseAddedLatency("pareto 100ms 1.5")).toEqual({
      kind: "pareto",
      minimum: 100,
      alpha: 1.5,
    });
    for (const text of ["", "1s ± 1s", "normal 1s", "pareto 1s 1s", "x 1s 2"]) {
      expect(parseAddedLatency(text), text).toBeUndefined();
    }
    expect(parseFaultFields("status", { status: "429" })).toEqual({
      fault: { kind: "status", status: 429 },
    });
    expect(parseFaultFields("status", { status: "200" })).toHaveProperty("message");
    expect(parseFaultFields("status", { status: "" })).toEqual({
      message: "Expected a status from 400 to 599.",
      field: "status",
    });
    expect(parseFaultFields("kill", {})).toEqual({ fault: { kind: "kill" } });
  });

  it("is when it works and whom it touches", () => {
    expect(parseFaultTiming("")).toEqual({});
    expect(parseFaultTiming("for 10s")).toEqual({ durationMs: 10_000 });
    expect(
      parseFaultTiming(
        "50%, path /orders/*, method post, header X-User=7, caller checkout, seed 1, after 5s, for 1m",
      ),
    ).toEqual({
      delayMs: 5000,
      durationMs: 60_000,
      conditions: {
        probability: 0.5,
        seed: 1,
        match: {
          path: "/orders/*",
          method: "POST",
          header: { name: "x-user", value: "7" },
          caller: "checkout",
        },
      },
    });
    expect(parseFaultTiming("header x-user")).toEqual({
      conditions: { probability: 1, match: { header: { name: "x-user" } } },
    });
    for (const text of ["for 0s", "for 25h", "150%", "seed x", "path", "whenever", "10s"]) {
      expect(parseFaultTiming(text), text).toMatch(/is not understood\. Such as: /);
    }
  });

  it("is an address of a stream", () => {
    expect(addressOf("http://127.0.0.1:8081/hystrix.stream")).toBe(
      "http://127.0.0.1:8081/hystrix.stream",
    );
    expect(addressOf("localhost:8081")).toBe("http://localhost:8081/hystrix.stream");
    expect(addressOf("https://turbine/turbine.stream?cluster=a")).toBe(
      "https://turbine/turbine.stream?cluster=a",
    );
    expect([addressOf(""), addressOf("http://")]).toEqual([undefined, undefined]);
  });
});

describe("what is typed for a load", () => {
  it("is a rate or a number of callers within their limits", () => {
    expect(parseLoad("poisson", "0.5")).toEqual({
      kind: "open",
      arrivals: "poisson",
      perSecond: 0.5,
    });
    expect(parseLoad("closed", "10")).toEqual({ kind: "closed", callers: 10, pauseMs: 0 });
    expect(["", "0", "-1", "x", "20001"].map((text) => parseLoad("constant", text))).toEqual(
      Array(5).fill(undefined),
    );
    expect(["1.5", "1001"].map((text) => parseLoad("closed", text))).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("the node that runs functions", () => {
  const here = {
    path: ["relative", dirname(process.execPath)].join(delimiter),
    platform: process.platform,
  };

  it("is the one of the setting, else the first on the path, else none", async () => {
    expect(await findNode(process.execPath, { ...here, path: "" })).toBe(process.execPath);
    expect(await findNode("", here)).toMatch(/node/);
    expect(await findNode("", { ...here, path: "" })).toBeUndefined();
  });

  it("is an error when the setting names no program", async () => {
    await expect(findNode("/no/such/node", here)).rejects.toThrow(/fuseboard\.node\.path/);
    await expect(findNode("node", here)).rejects.toThrow(/absolute path/);
    await expect(findNode(dirname(process.execPath), here)).rejects.toThrow(
      /not the absolute path/,
    );
  });
});

describe("a plan", () => {
  it("takes a function in under a free name, marks it as unwritten, and lets it go", () => {
    const first = withFunction(emptyPlan("/shop"), { file: "/shop/f/pay.ts", export: "pay" }, 2);
    expect(first.service).toBe("pay");
    expect(first.spec).toMatchObject({
      function: "f/pay.ts#pay",
      instances: 2,
      retry: { attempts: 2 },
      bulkhead: { concurrent: 10 },
    });
    const second = withFunction(first.plan, { file: "/shop/g/pay.ts", export: "pay" }, 1);
    expect(second.plan.unwritten).toEqual(["pay", "pay-2"]);
    expect(Object.keys(withoutService(second.plan, "pay").spec.services)).toEqual(["pay-2"]);
  });
});

describe("the store of a cluster", () => {
  const batch = (from: number, to: number): FactBatch => ({
    from,
    to,
    facts: [{ kind: "registry-revised", revision: to, seq: to, at: to }],
  });
  const known = (seq: number): Snapshot => ({
    ...emptySnapshot("shop"),
    seq,
    registry: { kind: "embedded", address: "a", revision: seq },
  });

  it("asks for a snapshot after a gap, once, and carries it on by what came meanwhile", async () => {
    let answer: (snapshot: Snapshot) => void = () => undefined;
    let asked = 0;
    await new Promise<void>((changed) => {
      const fetch = () => {
        asked++;
        return new Promise<Snapshot>((resolve) => (answer = resolve));
      };
      const store = new ClusterStore("shop", fetch, () => {
        expect(store.snapshot).toMatchObject({ seq: 8, registry: { revision: 8 } });
        changed();
      });
      store.take(batch(5, 6));
      store.take(batch(7, 8));
      answer(known(6));
    });
    expect(asked).toBe(1);
  });

  it("keeps the last known state when nobody answers, and asks again", async () => {
    let asked = 0;
    const fetch = () =>
      ++asked === 1 ? Promise.reject(new Error("gone")) : Promise.resolve(known(20));
    await new Promise<void>((changed) => {
      const store = new ClusterStore("shop", fetch, () => {
        if (store.snapshot.seq === 20) changed();
      });
      store.take(batch(1, 2));
      store.take(batch(9, 9));
      setImmediate(() => {
        expect(store.snapshot.seq).toBe(2);
        store.take(batch(19, 20));
      });
    });
    expect(asked).toBe(2);
  });
});
