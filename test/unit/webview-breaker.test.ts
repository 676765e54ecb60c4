import { describe, expect, it } from "vitest";
import type { BreakerState, BreakerTransition, WindowBar } from "../../simulator/protocol/model.ts";
import { BreakerStatus } from "../../simulator/protocol/model.ts";
import { Breaker } from "../../simulator/protocol/breaker-spec.ts";
import { waitOf } from "../../webview/breaker-wait.ts";
import { handsOf } from "../../webview/inspector/breaker-hands.ts";
import {
  MACHINE_HEIGHT,
  MACHINE_WIDTH,
  machineLayout,
  placeOf,
  STATE_HEIGHT,
  wayBetween,
} from "../../webview/inspector/machine-layout.ts";
import { noteText, stepOf } from "../../webview/inspector/scrubber.ts";
import { TransitionHistory } from "../../webview/inspector/transition-history.ts";
import { callText, headText } from "../../webview/inspector/window-calls.ts";
import {
  countsOf,
  isOver,
  thresholdText,
  volumeText,
  windowColumns,
  windowPieces,
  windowText,
} from "../../webview/inspector/window-pieces.ts";
import { until } from "../support/until.ts";

const bar = (change: Partial<WindowBar> = {}): WindowBar => ({
  successes: 0,
  failures: 0,
  counted: true,
  ...change,
});
const window = {
  bars: [bar({ successes: 10, failures: 14 })],
  requests: 24,
  errors: 14,
  value: 58,
  unit: "percent" as const,
  threshold: 50,
  opens: "at" as const,
  volume: 20,
};
const transition = (id: number, change: Partial<BreakerTransition> = {}): BreakerTransition => ({
  id,
  at: 1000 * id,
  engine: "hystrix-go",
  from: "closed",
  to: "open",
  cause: "threshold",
  reason: "58% is at or above 50%.",
  window,
  calls: [],
  ...change,
});

describe("the state machine's drawing", () => {
  it.each(["hystrix-go", "hystrix", "sampling"])("keeps the states of %s apart", (engine) => {
    const { places, arrows } = machineLayout(engine);
    for (const [i, a] of places.entries()) {
      expect(a.x + a.width).toBeLessThanOrEqual(MACHINE_WIDTH);
      expect(a.y + STATE_HEIGHT).toBeLessThanOrEqual(MACHINE_HEIGHT);
      for (const b of places.slice(i + 1)) {
        const apart = a.x + a.width < b.x || b.x + b.width < a.x || a.y + STATE_HEIGHT < b.y;
        expect(apart, `${a.status} and ${b.status}`).toBe(true);
      }
    }
    const drawn = new Set(places.map(({ status }) => status));
    for (const { from, to } of arrows) expect(drawn.has(from) && drawn.has(to)).toBe(true);
  });

  it("has no half-open for hystrix-go, whose single test is at open", () => {
    const layout = machineLayout("hystrix-go");
    expect(layout.places.map(({ status }) => status)).not.toContain("half-open");
    expect(layout.trial).toBe("single test");
    expect(placeOf(layout, "half-open").status).toBe("open");
    expect(layout.arrows).toContainEqual(expect.objectContaining({ from: "open", to: "open" }));
  });

  it("finds a way between any two states, along an arrow where there is one", () => {
    const layout = machineLayout("hystrix");
    const arrow = layout.arrows[0];
    expect(wayBetween(layout, "closed", "open")).toBe(arrow?.d);
    for (const from of BreakerStatus.options) {
      for (const to of BreakerStatus.options) {
        if (from === to) continue;
        expect(wayBetween(layout, from, to)).toMatch(/^M[\d.-]+,[\d.-]+[CLH]/);
      }
    }
  });

  it("waits anew for hystrix-go's next single test, though it was open all the time", () => {
    const state = { engine: "hystrix-go", since: 100, reason: "", transitions: 1 };
    const spec = Breaker.parse({ engine: "hystrix-go", sleepWindow: 5000 });
    expect(waitOf({ ...state, status: "open", probeAt: 12_000 }, spec)?.since).toBe(7000);
    expect(waitOf({ ...state, status: "open", probeAt: 5100 }, spec)?.since).toBe(100);
  });

  it("waits for a probe while open, and for the end of what was done by hand", () => {
    const state = { engine: "hystrix", since: 100, reason: "", transitions: 1 };
    expect(waitOf({ ...state, status: "open", probeAt: 600 }, undefined)).toEqual({
      since: 100,
      until: 600,
      byHand: false,
    });
    expect(waitOf({ ...state, status: "forced-open", until: 900 }, undefined)).toMatchObject({
      until: 900,
      byHand: true,
    });
    expect(waitOf({ ...state, status: "closed" }, undefined)).toBeUndefined();
  });
});

describe("the window's drawing", () => {
  it("tells apart what an engine tells apart, and no error twice", () => {
    expect(countsOf(bar({ successes: 3, failures: 7, timeouts: 2, rejections: 1 }))).toEqual({
      success: 3,
      failure: 4,
      timeout: 2,
      rejection: 1,
      "short-circuit": 0,
    });
  });

  it("places buckets along time, also where some are missing", () => {
    const bars = [0, 1, 4].map((s) => bar({ from: s * 1000, ms: 1000, successes: 1 }));
    const columns = windowColumns(bars, 100);
    expect(columns.map(({ x }) => x)).toEqual([0, 20, 80]);
    expect(Math.max(...columns.map(({ x, width }) => x + width))).toBeLessThanOrEqual(100);
  });

  it("ends a window of calls at the right", () => {
    const columns = windowColumns([bar(), bar()], 312);
    expect(columns[1]?.x).toBe(282);
  });

  it("piles errors upon successes, and fills the height with the fullest bucket", () => {
    const columns = windowColumns([bar({ successes: 1, failures: 3 }), bar({ successes: 2 })], 312);
    const pieces = windowPieces(columns, 60);
    expect(pieces.map(({ kind, y }) => [kind, y])).toEqual([
      ["success", 45],
      ["failure", 0],
      ["success", 30],
    ]);
  });

  it("says how near to the threshold it is", () => {
    expect(windowText(window)).toBe("58% errors, 14 of 24");
    expect(thresholdText(window)).toBe("opens at 50%");
    expect(volumeText(window)).toBe("24 requests, 20 needed");
    expect(volumeText({ ...window, requests: 12 })).toBe("12 of 20 requests needed");
    expect(windowText({ ...window, unit: "in a row", value: 1 })).toBe("1 failure in a row");
    expect(windowText({ ...window, requests: 0, value: 0 })).toBe("nothing counted yet");
  });

  it("is over at the threshold, or only above it", () => {
    expect(isOver({ ...window, value: 50 })).toBe(true);
    expect(isOver({ ...window, value: 50, opens: "above" })).toBe(false);
  });
});

/** Fails when it does not become true. */
async function eventually(condition: () => boolean): Promise<void> {
  expect(await until(condition, { timeoutMs: 10_000, everyMs: 5 })).toBe(true);
}

describe("the last changes", () => {
  const setUp = () => {
    const answers = [[transition(1), transition(2)]];
    const asked: number[] = [];
    const history = new TransitionHistory(
      () => {
        asked.push(answers.length);
        return Promise.resolve(answers.at(-1) ?? []);
      },
      () => undefined,
    );
    /** Looks at it until it shows so many. */
    const shows = async (count: number) => {
      await eventually(() => {
        history.tick(count);
        return history.transitions.length === count;
      });
    };
    return { answers, asked, history, shows };
  };

  it("are asked for once, and again only when there were more", async () => {
    const { answers, asked, history, shows } = setUp();
    await shows(2);
    for (let i = 0; i < 20; i++) history.tick(2);
    expect(asked).toHaveLength(1);
    answers.push([transition(1), transition(2), transition(3)]);
    await shows(3);
    expect(asked).toHaveLength(2);
  });

  it("stand still while one of them is looked at, and go on after", async () => {
    const { answers, asked, history, shows } = setUp();
    await shows(2);
    history.look(0);
    expect(history.transition?.id).toBe(1);
    answers.push([transition(2), transition(3)]);
    await eventually(() => {
      history.tick(3);
      return asked.length === 2;
    });
    // Its answer is there after this.
    await Promise.resolve();
    history.tick(3);
    expect(history.transition?.id).toBe(1);
    expect(history.transitions.map(({ id }) => id)).toEqual([1, 2]);
    history.look(2);
    expect(history.transition).toBeUndefined();
    await eventually(() => {
      history.tick(3);
      return history.transitions.at(-1)?.id === 3;
    });
  });

  it("know the newest opening by the breaker's own rules", async () => {
    const { answers, history, shows } = setUp();
    answers.push([transition(1), transition(2, { cause: "by-hand" })]);
    await shows(2);
    expect(history.lastOpening).toBe(0);
  });

  it("are gone through with arrow keys, Home, End and Escape", () => {
    const view = { transitions: [transition(1), transition(2)], position: 2 };
    expect(stepOf("ArrowLeft", view)).toBe(1);
    expect(stepOf("ArrowRight", view)).toBe(2);
    expect(stepOf("Home", view)).toBe(0);
    expect(stepOf("End", { ...view, position: 0 })).toBe(2);
    expect(stepOf("Escape", view)).toBeUndefined();
    expect(stepOf("Escape", { ...view, position: 1 })).toBe(2);
    expect(stepOf("Tab", view)).toBeUndefined();
  });

  it("say which of how many is seen", () => {
    expect(noteText([], 0)).toBe("It has not changed yet.");
    expect(noteText([transition(1)], 1)).toBe("Now, after 1 change");
    expect(noteText([transition(63), transition(64)], 2)).toBe(
      "Now, after the last 2 of 64 changes",
    );
    expect(noteText([transition(63), transition(64)], 0)).toBe("Change 63 of 64");
  });
});

describe("the calls of a window in words", () => {
  const call = {
    call: "00000000000000aa",
    at: new Date(2026, 0, 1, 14, 2, 11, 300).getTime(),
    outcome: "timeout" as const,
    instance: "payments-2",
    error: true,
  };

  it("name the call that made it open", () => {
    const transition = { calls: [{ ...call, instance: "payments-1" }, call], call: call.call };
    expect(callText(call, { ...transition, to: "open" })).toBe(
      "14:02:11.300 payments-2: timeout. This one made it open.",
    );
    const [earlier = call] = transition.calls;
    expect(callText(earlier, { ...transition, to: "open" })).toBe(
      "14:02:11.300 payments-1: timeout.",
    );
  });

  it("say when a failure does not count", () => {
    expect(callText({ ...call, error: false }, { calls: [], to: "open" })).toBe(
      "14:02:11.300 payments-2: timeout, does not count as an error.",
    );
  });

  it("say how many are kept when not all are", () => {
    expect(headText(24, 1, { ...window, requests: 24 })).toBe(
      "24 calls in the window, 1 counts as an error",
    );
    expect(headText(200, 90, { ...window, requests: 9000 })).toBe(
      "The last 200 of 9000 calls in the window, 90 count as errors",
    );
  });
});

describe("the hands on a breaker", () => {
  const state = (change: Partial<BreakerState>): BreakerState => ({
    engine: "hystrix",
    status: "closed",
    since: 0,
    reason: "",
    transitions: 0,
    ...change,
  });
  const enabled = (change: Partial<BreakerState>) =>
    Object.entries(handsOf(state(change), 1000)).flatMap(([name, hand]) =>
      hand.enabled ? [name] : [],
    );

  it("offer what would change something", () => {
    expect(enabled({ status: "closed" })).toEqual(["trip", "hold", "probe"]);
    expect(enabled({ status: "open", probeAt: 2000 })).toEqual(["trip", "hold", "probe", "reset"]);
    expect(enabled({ status: "open", probeAt: 500 })).toEqual(["trip", "hold", "reset"]);
    expect(enabled({ status: "half-open" })).toEqual(["trip", "hold", "reset"]);
    expect(enabled({ status: "forced-open" })).toEqual(["hold", "probe", "reset"]);
    expect(enabled({ status: "forced-open", until: 9000 })).toContain("trip");
    expect(enabled({ status: "held-closed" })).toEqual(["trip", "probe", "reset"]);
  });

  it("speak of hystrix-go's single test", () => {
    const { probe } = handsOf(state({ engine: "hystrix-go", status: "open", probeAt: 9000 }), 1000);
    expect(probe.title).toContain("single test");
  });
});
