import { expect, it } from "vitest";
import { Cancellation } from "../../simulator/kernel/cancellation.ts";
import type { Clock } from "../../simulator/kernel/clock.ts";
import { withTimeLimit } from "../../simulator/kernel/time-limit.ts";

/** A clock that is set by hand, whose timers are as late as those of a busy machine: never. */
class SetClock implements Clock {
  time = 0;

  now(): number {
    return this.time;
  }

  after(): () => void {
    return () => undefined;
  }
}

function answerAt(clock: SetClock, time: number): Promise<string> {
  const cancellation = Cancellation.of(new AbortController().signal);
  return withTimeLimit(
    clock,
    100,
    cancellation,
    () => {
      clock.time = time;
      return Promise.resolve("answered");
    },
    () => "late",
  );
}

it("an answer before the limit is in time", async () => {
  expect(await answerAt(new SetClock(), 99.9)).toBe("answered");
});

it("an answer at the limit is late, also when the timer is later still", async () => {
  expect(await answerAt(new SetClock(), 100)).toBe("late");
});
