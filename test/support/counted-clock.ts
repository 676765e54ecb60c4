import type { Clock } from "../../simulator/kernel/clock.ts";
import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";

/** Virtual time that knows how many timers are set. */
export class CountedClock implements Clock {
  readonly virtual = new VirtualClock();
  timers = 0;

  now(): number {
    return this.virtual.now();
  }

  after(ms: number, run: () => void): () => void {
    this.timers++;
    let isSet = true;
    const unset = () => {
      if (isSet) this.timers--;
      isSet = false;
    };
    const cancel = this.virtual.after(ms, () => {
      unset();
      run();
    });
    return () => {
      unset();
      cancel();
    };
  }
}
