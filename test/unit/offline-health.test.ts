import { describe, expect, it } from "vitest";
import { CheckLoop } from "../../simulator/health/check-loop.ts";
import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";
import { virtualProbe, type CheckResult } from "../../simulator/offline/virtual-health.ts";
import type { CheckTimes } from "../../simulator/protocol/check-times.ts";
import type { Server } from "../../simulator/protocol/spec.ts";
import { balanced } from "../support/random-trace.ts";

/* When HAProxy 2.6.12 checks, as it was seen to do. */

interface Suspicion {
  readonly at: number;
  readonly onError: Server["onError"];
}

const TIMES: CheckTimes = {
  interval: 8000,
  fastInterval: 1000,
  downInterval: 3000,
  timeout: 8000,
  rise: 2,
  fall: 4,
};

/** When one server is checked within 17 s, and what became of it. */
async function checksOf(
  times: Partial<CheckTimes>,
  suspicions: readonly Suspicion[] = [],
  { version, probe }: { version?: string; probe?: (at: number) => CheckResult } = {},
) {
  const clock = new VirtualClock();
  const [checks, changes]: [number[], string[]] = [[], []];
  const check = new CheckLoop({
    clock,
    times: { ...TIMES, ...times },
    version,
    probe: virtualProbe(() => {
      checks.push(clock.elapsed);
      return probe?.(clock.elapsed) ?? "passed";
    }),
    changed: (status) => changes.push(`${status} at ${String(clock.elapsed)}`),
  });
  check.begin(0);
  for (const { at, onError } of suspicions) {
    await clock.advanceTo(at);
    check.suspect(onError);
  }
  await clock.advanceTo(17_000);
  return { checks, changes: changes.slice(1) };
}

describe("a server's checks in virtual time", () => {
  it.each<[Server["onError"], number[], string[]]>([
    ["fastinter", [0, 3500, 11_500], []],
    ["fail-check", [0, 3500, 11_500], []],
    ["sudden-death", [0, 3500, 11_500], []],
    ["mark-down", [0, 3500, 4500, 12_500], ["failing at 2500", "passing at 4500"]],
  ])("come soon when calls fail too often, on-error %s", async (onError, checks, changes) => {
    const seen = await checksOf({}, [{ at: 2500, onError }], { version: "2.6" });
    expect(seen).toEqual({ checks, changes });
  });

  it("come when they would have come, without fastinter", async () => {
    const times = { fastInterval: undefined, downInterval: undefined };
    const seen = await checksOf(times, [{ at: 2500, onError: "mark-down" }]);
    expect(seen.checks).toEqual([0, 8000, 16_000]);
  });

  it("follow downinter in a later release, when calls alone have marked it down", async () => {
    const { checks } = await checksOf({}, [{ at: 2500, onError: "mark-down" }]);
    expect(checks.slice(0, 3)).toEqual([0, 5500, 6500]);
  });

  it("take their time when there is no answer, and 2.6 cuts that short as well", async () => {
    const times = { interval: 4000, fastInterval: 500, timeout: 4000 };
    const probe = (at: number) => (at === 4000 ? "late" : "passed");
    const hung = await checksOf(times, [], { probe });
    expect(hung.checks).toEqual([0, 4000, 8500, 12_500, 16_500]);
    const suspicion = [{ at: 5500, onError: "fastinter" }] as const;
    const cut = await checksOf(times, suspicion, { probe, version: "2.6" });
    expect(cut.checks).toEqual([0, 4000, 6500, 10_500, 14_500]);
    const left = await checksOf(times, suspicion, { probe });
    expect(left.checks).toEqual(hung.checks);
  });

  it("fail it at once before the first of them", async () => {
    const clock = new VirtualClock();
    const changes: string[] = [];
    const check = new CheckLoop({
      clock,
      times: TIMES,
      version: undefined,
      probe: virtualProbe(() => "passed"),
      changed: (status) => changes.push(status),
    });
    check.begin(3000);
    check.suspect("fail-check");
    expect(changes).toEqual(["failing"]);
    await clock.advanceTo(5000);
    expect(changes).toEqual(["failing", "passing"]);
  });
});

const head = `defaults
  mode http
  timeout connect 50ms
  timeout client 9s
  timeout server 9s
backend b
`;
const lasts = async (text: string, lines: readonly object[]) =>
  (await balanced("haproxy", "2.6", head + text, lines)).map(({ picks }) => picks.at(-1));

describe("health in virtual time", () => {
  it("begins to count errors anew when a check has passed", async () => {
    const text = `  retries 0
  server a 10.0.0.1:80 check inter 8s observe layer7 error-limit 3 on-error mark-down
  server b 10.0.0.2:80 backup
`;
    const down = { "10.0.0.1:80": 503 };
    const errors = (t: number) => [{ t, outcomes: down }, { t: t + 1 }];
    const within = [...errors(5000), { t: 5002 }, { t: 5003 }];
    expect(await lasts(text, within)).toEqual([
      ...Array<string>(3).fill("10.0.0.1:80"),
      "10.0.0.2:80",
    ]);
    const across = [...errors(7000), ...errors(9000), { t: 9002 }];
    expect(await lasts(text, across)).toEqual(Array(5).fill("10.0.0.1:80"));
  });

  it("does not count a response that is thrown away to ask again", async () => {
    const text = `  retries 3
  retry-on 500
  server a 10.0.0.1:80 check inter 8s observe layer7 error-limit 3 on-error mark-down
  server b 10.0.0.2:80 backup
`;
    const lines = [
      { t: 1000, outcomes: { "10.0.0.1:80": 500 } },
      { t: 1001 },
      { t: 1002 },
      { t: 1003 },
    ];
    expect(await lasts(text, lines)).toEqual([
      ...Array<string>(3).fill("10.0.0.1:80"),
      "10.0.0.2:80",
    ]);
  });

  it("counts a failed connection before a retry is sent elsewhere", async () => {
    const triesOf = async (fall: number) => {
      const text = `  option redispatch
  server a 10.0.0.1:80 check inter 8s fall ${String(fall)} observe layer4 error-limit 1 on-error fail-check
  server b 10.0.0.2:80 backup
`;
      const lines = [{ t: 1000, outcomes: { "10.0.0.1:80": "refused" } }];
      return (await balanced("haproxy", "2.6", head + text, lines))[0]?.picks.length;
    };
    expect([await triesOf(1), await triesOf(2), await triesOf(3)]).toEqual([2, 3, 4]);
  });

  it("spreads the first checks by fastinter, each server at its own pace", async () => {
    const text = `  server a 10.0.0.1:80 check inter 8s fastinter 2s
  server b 10.0.0.2:80 check inter 3s fall 1
`;
    // b's first check: its interval is longer than the shortest, and it is the second of two.
    const lines = [
      { t: 0, outcomes: { "10.0.0.2:80": "refused" } },
      ...[1400, 1410].map((t) => ({ t })),
      ...[1510, 1520].map((t) => ({ t })),
    ];
    const picks = (await balanced("haproxy", "2.6", head + text, lines)).map(
      (line) => line.picks[0],
    );
    expect(picks.slice(0, 3)).toEqual(["10.0.0.1:80", "10.0.0.2:80", "10.0.0.1:80"]);
    expect(picks.slice(3)).toEqual(["10.0.0.1:80", "10.0.0.1:80"]);
  });
});
