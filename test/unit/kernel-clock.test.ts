import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepUp, machineClock } from "../../simulator/kernel/clock.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { ATTEMPT_HEADERS, CALLER_HEADERS } from "../../simulator/protocol/headers.ts";
import { startGateway, startServer } from "../support/gateway-harness.ts";

const HOUR_MS = 3_600_000;
const ORIGIN = 1_000_000_000_000;

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(async () => {
  vi.useRealTimers();
  await scope.dispose();
});

/** A machine that can be put to sleep: its monotonic clock stands still then. */
function laptop(origin = ORIGIN) {
  const machine = { elapsedMs: 0, setAheadMs: 0 };
  const clock = machineClock({
    origin,
    elapsed: () => machine.elapsedMs,
    timeOfDay: () => Math.floor(origin + machine.elapsedMs + machine.setAheadMs),
  });
  return { machine, clock };
}

describe("the clock of a machine", () => {
  it("moves on to the time of day after a sleep, when it looks", () => {
    const { machine, clock } = laptop();
    machine.elapsedMs = 10.25;
    clock.catchUp?.();
    expect(clock.now()).toBe(ORIGIN + 10.25);
    machine.setAheadMs = HOUR_MS;
    expect(clock.now()).toBe(ORIGIN + 10.25);
    clock.catchUp?.();
    expect(clock.now()).toBe(ORIGIN + HOUR_MS + 10);
    machine.elapsedMs += 5;
    clock.catchUp?.();
    expect(clock.now()).toBe(ORIGIN + HOUR_MS + 15);
  });

  it("leaves alone what is not a sleep, and never goes back", () => {
    const { machine, clock } = laptop();
    for (const setAheadMs of [900, -900, -HOUR_MS]) {
      machine.setAheadMs = setAheadMs;
      clock.catchUp?.();
      expect(clock.now()).toBe(ORIGIN);
    }
  });

  it("looks by itself as long as its scope lasts", async () => {
    vi.useFakeTimers();
    const { machine, clock } = laptop();
    keepUp(clock, scope);
    machine.setAheadMs = HOUR_MS;
    vi.advanceTimersByTime(1000);
    expect(clock.now()).toBe(ORIGIN + HOUR_MS);
    await scope.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends a limit by the time of day, and those that began later after it", () => {
    vi.useFakeTimers();
    const { machine, clock } = laptop();
    const late: string[] = [];
    clock.limit?.(1000, { late: () => late.push("before the sleep") });
    machine.setAheadMs = HOUR_MS;
    clock.catchUp?.();
    clock.limit?.(1000, { late: () => late.push("after it") });
    vi.advanceTimersByTime(1000);
    expect(late).toEqual(["before the sleep"]);
    machine.elapsedMs = 1000;
    vi.advanceTimersByTime(1000);
    expect(late).toEqual(["before the sleep", "after it"]);
  });
});

describe("after the machine has slept for an hour", () => {
  /** What became of a call, and how long the deadline lasted that the instance was told. */
  async function call(deadline?: number) {
    const leftMs: number[] = [];
    const port = await startServer(scope, (request, response) => {
      leftMs.push(Number(request.headers[ATTEMPT_HEADERS.deadline]) - Date.now());
      request.resume().on("end", () => response.end("{}"));
    });
    const clock = machineClock({
      origin: performance.timeOrigin - HOUR_MS,
      elapsed: () => performance.now(),
      timeOfDay: () => Date.now(),
    });
    const services = { cart: { ports: [port], timeout: "30s" } };
    const gateway = await startGateway(scope, { services, clock });
    const headers = { ...(deadline && { [CALLER_HEADERS.deadline]: String(deadline) }) };
    const { status } = await gateway.call("cart", {}, headers);
    return { status, leftMs, gateway };
  }

  it("an instance is told a deadline that is still to come", async () => {
    const { status, leftMs } = await call();
    expect(status).toBe(200);
    expect(leftMs).toEqual([expect.closeTo(30_000, -4)]);
  });

  it("a caller's deadline is what it was, and one that has passed is seen", async () => {
    const deadline = Date.now() + 20_000;
    const still = await call(deadline);
    expect(still.status).toBe(200);
    expect(still.leftMs).toEqual([expect.closeTo(20_000, -4)]);
    expect(await call(Date.now() - 60_000)).toMatchObject({ status: 504, leftMs: [] });
  });

  it("facts have the time of day", async () => {
    const { gateway } = await call();
    const agesMs = gateway.facts.map(({ at }) => Math.abs(Date.now() - at));
    expect(Math.max(...agesMs)).toBeLessThan(HOUR_MS / 2);
  });
});
