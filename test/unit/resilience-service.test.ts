import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { Service } from "../../simulator/service.ts";
import {
  failure,
  fakeClock,
  ScriptedCall,
  success,
  taking,
  unsent,
} from "../support/guarded-call.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function serviceOf(file: Partial<ServiceFile>) {
  const log = new EventLog(fakeClock);
  const facts: Fact[] = [];
  log.subscribe((fact) => facts.push(fact));
  const parse = (each: Partial<ServiceFile>) => ServiceSpec.parse({ synthetic: {}, ...each });
  const deps = { clock: fakeClock, random: seededRandom(1), log };
  const service = new Service("cart", parse(file), undefined, deps);
  return {
    service,
    redefine: (each: Partial<ServiceFile>) => {
      service.redefine(parse(each), undefined);
    },
    call: (script = success) => service.guard.run(new ScriptedCall([script])),
    states: () => facts.flatMap((fact) => (fact.kind === "breaker-changed" ? fact.breaker : [])),
  };
}

describe("a service whose settings change", () => {
  const breaker = { engine: "consecutive", threshold: 3 } as const;

  it("keeps the layers whose settings stay the same, with what they know", async () => {
    const file = { breaker, rateLimit: { perSecond: 1, burst: 5 }, bulkhead: {} };
    const { service, redefine, call } = serviceOf(file);
    const before = service.circuit;
    for (const script of [failure, failure, success]) await call(script);
    redefine({ ...file, timeout: "2s", bulkhead: { concurrent: 3 } });
    expect(service.circuit).toBe(before);
    expect(service.inspect().layers.map(({ id, entered }) => [id, entered])).toEqual([
      ["rate-limit", 3],
      ["breaker", 3],
      ["bulkhead", 0],
      ["timeout", 0],
    ]);
    expect(service.inspect().layers[0]?.figures).toEqual([{ name: "tokens", value: 2 }]);
  });

  it("keeps a layer that becomes the innermost one", async () => {
    const { service, redefine, call } = serviceOf({
      rateLimit: { perSecond: 1, burst: 5 },
      breaker,
      layers: ["timeout"],
    });
    await call();
    redefine({ rateLimit: { perSecond: 1, burst: 5 }, layers: ["timeout"] });
    await call();
    expect(service.inspect().layers.map(({ id, entered }) => [id, entered])).toEqual([
      ["timeout", 2],
      ["rate-limit", 2],
    ]);
  });

  it("gets another breaker with other settings, on which hands stay what they were", async () => {
    const { service, redefine, call, states } = serviceOf({ breaker });
    service.circuit.trip(10_000);
    await vi.advanceTimersByTimeAsync(4000);
    redefine({ breaker: { ...breaker, threshold: 4 } });
    expect(service.circuit.state).toMatchObject({
      status: "forced-open",
      until: Date.now() + 6000,
    });
    expect((await call()).outcome).toBe("short-circuit");
    await vi.advanceTimersByTimeAsync(6000);
    expect(service.circuit.state.status).toBe("closed");
    expect(states().map(({ status }) => status)).toEqual(["forced-open", "closed"]);
    service.circuit.holdClosed();
    redefine({ breaker: { engine: "hystrix-go" } });
    expect(service.circuit.state).toMatchObject({ engine: "hystrix-go", status: "held-closed" });
    redefine({});
    expect(() => service.circuit).toThrow('"cart" has no breaker.');
    expect(service.state.breaker).toBeUndefined();
    service.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ["circuitBreakerForceOpen", "forced-open"],
    ["circuitBreakerForceClosed", "held-closed"],
  ] as const)("does not take %s for a hand", (setting, forced) => {
    const { service, redefine } = serviceOf({ breaker: { engine: "hystrix", [setting]: true } });
    expect(service.circuit.state.status).toBe(forced);
    redefine({ breaker: { engine: "hystrix" } });
    expect(service.circuit.state.status).toBe("closed");
    service.circuit.trip();
    redefine({ breaker: { engine: "hystrix", [setting]: true } });
    redefine({ breaker: { engine: "hystrix" } });
    expect(service.circuit.state.status).toBe("forced-open");
  });

  describe("while a call is under way", () => {
    const retry = { attempts: 3, backoff: "constant", initial: "100ms" } as const;
    const once = { engine: "consecutive", threshold: 1 } as const;

    /** A call that retries after a refused connection, whose pause is half over. */
    async function paused(file: Partial<ServiceFile> = { breaker, retry }) {
      const started = serviceOf(file);
      const answer = started.service.guard.run(new ScriptedCall([unsent, success]));
      await vi.advanceTimersByTimeAsync(50);
      return { ...started, answer };
    }

    it("lets the call ask the new breaker, which counts it", async () => {
      const { service, redefine, answer } = await paused();
      redefine({ breaker: { engine: "hystrix-go" }, retry });
      await vi.advanceTimersByTimeAsync(50);
      expect((await answer).outcome).toBe("success");
      expect(service.circuit.window()).toMatchObject({ requests: 1, errors: 0 });
    });

    it("refuses the call when the new breaker does", async () => {
      const { service, redefine, answer } = await paused();
      redefine({ breaker: once, retry });
      service.circuit.trip();
      await vi.advanceTimersByTimeAsync(50);
      expect(await answer).toMatchObject({
        outcome: "short-circuit",
        error: expect.stringContaining("Tripped by hand") as string,
      });
    });

    it("lets the call pass when there is no breaker any more", async () => {
      const { redefine, answer } = await paused();
      redefine({ retry });
      await vi.advanceTimersByTimeAsync(50);
      expect((await answer).outcome).toBe("success");
    });

    it("lets who waits for a probe of the old breaker ask the new one", async () => {
      const { service, redefine, call } = serviceOf({ breaker: once });
      await call(failure);
      service.circuit.probe();
      const probe = service.guard.run(new ScriptedCall([taking(500, success)]));
      const waiting = call();
      await vi.advanceTimersByTimeAsync(0);
      redefine({ breaker: { engine: "count", size: 5 } });
      await vi.advanceTimersByTimeAsync(0);
      expect((await waiting).outcome).toBe("success");
      expect(service.circuit.window().requests).toBe(1);
      await vi.advanceTimersByTimeAsync(500);
      expect((await probe).outcome).toBe("success");
      // What the old one lets through ends there.
      expect(service.circuit.window().requests).toBe(1);
    });
  });

  it("puts its layers into another order without forgetting what they counted", async () => {
    const file = { breaker, retry: { attempts: 2 } };
    const { service, redefine, call } = serviceOf(file);
    await call();
    redefine({ ...file, layers: ["breaker", "retry"] });
    await call();
    expect(service.inspect().layers.map(({ id, entered }) => [id, entered])).toEqual([
      ["breaker", 2],
      ["retry", 2],
      ["timeout", 2],
    ]);
  });
});
