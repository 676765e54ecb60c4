import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";

describe("virtual time", () => {
  it("runs what is due in the order of its time, and of its setting", async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const set = (ms: number, name: string) =>
      clock.after(ms, () => ran.push(`${name} at ${String(clock.elapsed)}`));
    set(30, "c");
    set(10, "a");
    set(30, "d");
    set(20, "b");
    set(40, "later");
    await clock.advanceTo(30);
    expect(ran).toEqual(["a at 10", "b at 20", "c at 30", "d at 30"]);
    expect(clock.elapsed).toBe(30);
  });

  it("does all that an event sets off before the next, promises included", async () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.after(10, () => {
      void (async () => {
        for (let i = 0; i < 50; i++) await Promise.resolve();
        ran.push("deep in promises");
        clock.after(0, () => ran.push("at the same moment"));
      })();
    });
    clock.after(11, () => ran.push("next"));
    await clock.runUntil(() => false);
    expect(ran).toEqual(["deep in promises", "at the same moment", "next"]);
  });

  it("forgets what was taken back, and stops when asked to", async () => {
    const clock = new VirtualClock();
    let ran = 0;
    const cancel = clock.after(5, () => ran++);
    cancel();
    const again = () => {
      ran++;
      clock.after(10, again);
    };
    clock.after(10, again);
    await clock.runUntil(() => ran === 100);
    expect(ran).toBe(100);
    expect(clock.elapsed).toBe(1000);
  });

  it("keeps its order with thousands of timers set and taken back at random", async () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    const times = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 1000);
    times.forEach((ms, i) => {
      const cancel = clock.after(ms, () => ran.push(ms));
      if (i % 3 === 0) cancel();
    });
    const expected = times.filter((_, i) => i % 3 !== 0).sort((a, b) => a - b);
    await clock.advanceTo(1000);
    expect(ran).toEqual(expected);
  });
});
