import { durationText } from "../../simulator/protocol/figure-text.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BalancerPicture, BalancerRun } from "../../simulator/protocol/balancer-model.ts";
import { pickersText } from "../../simulator/protocol/engine-titles.ts";
import type { EngineShares } from "../../simulator/protocol/requests.ts";
import { BALANCERS } from "../../simulator/protocol/spec.ts";
import { balancerGroups, partsOfTitle } from "../../webview/inspector/balancer-groups.ts";
import { queuedWhere } from "../../webview/inspector/balancer-shares.ts";
import { bestOf } from "../../webview/inspector/best-runs.ts";
import { columnBars } from "../../webview/inspector/column-bars.ts";
import { differenceText, engineColumns } from "../../webview/inspector/engine-shares.ts";
import { imbalanceOf, imbalanceWord } from "../../webview/inspector/imbalance.ts";
import { seriesClass, seriesNumber } from "../../webview/inspector/series.ts";
import { weightIn } from "../../webview/inspector/server-setting.ts";
import { formatFigure } from "../../webview/format.ts";

describe("the algorithms to choose from", () => {
  it("are all there, once, by the program whose they are", () => {
    const groups = balancerGroups();
    expect(groups.map((group) => group.label)).toEqual(["nginx", "HAProxy", "Envoy and Finagle"]);
    expect(groups.flatMap((group) => group.options.map(({ value }) => value))).toEqual(BALANCERS);
    expect(groups[0]?.options[1]).toEqual({ value: "least-connections", label: "least_conn" });
  });

  it("have a program and a name", () => {
    expect(partsOfTitle("peak-ewma")).toEqual({ program: "Finagle", name: "peak EWMA" });
  });
});

describe("imbalance", () => {
  it("is nothing as the weights say, and all when all goes to the wrong one", () => {
    expect(
      imbalanceOf([
        { share: 0.75, ideal: 0.75 },
        { share: 0.25, ideal: 0.25 },
      ]),
    ).toBe(0);
    expect(
      imbalanceOf([
        { share: 1, ideal: 0 },
        { share: 0, ideal: 1 },
      ]),
    ).toBe(1);
    expect(
      imbalanceOf([
        { share: 0.6, ideal: 0.5 },
        { share: 0.4, ideal: 0.5 },
      ]),
    ).toBeCloseTo(0.1);
  });

  it("stays between nothing and all", () => {
    const shares = fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(shares, shares, (got, due) => {
        const of = (counts: number[], i: number) =>
          (counts[i] ?? 0) /
          Math.max(
            1,
            counts.reduce((a, b) => a + b, 0),
          );
        const length = Math.max(got.length, due.length);
        const portions = Array.from({ length }, (_, i) => ({
          share: of(got, i),
          ideal: of(due, i),
        }));
        const imbalance = imbalanceOf(portions);
        expect(imbalance).toBeGreaterThanOrEqual(0);
        expect(imbalance).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it("is called what it is shown as", () => {
    expect(imbalanceWord(0)).toBe("as the weights say");
    expect(imbalanceWord(0.0549)).toBe("as the weights say");
    expect(imbalanceWord(0.06)).toBe("near the weights");
    expect(imbalanceWord(1)).toBe("far from the weights");
  });
});

describe("the bars of a picture's figures", () => {
  const picture = (...figures: (number | null)[][]): BalancerPicture => ({
    columns: (figures[0] ?? []).map((_, i) => ({ title: String(i), explanation: "" })),
    rows: figures.map((row, i) => ({ instance: `a-${String(i + 1)}`, ideal: 0, figures: row })),
    waiting: 0,
  });

  it("begin at zero, to the left where the figure is negative", () => {
    expect(columnBars(picture([3], [-1]))).toEqual([
      [{ from: 0.25, to: 1 }],
      [{ from: 0, to: 0.25 }],
    ]);
  });

  it("are not there without a figure, a column or a row", () => {
    expect(columnBars(picture([null], [4]))).toEqual([[undefined], [{ from: 0, to: 1 }]]);
    expect(columnBars(picture([], []))).toEqual([[], []]);
    expect(columnBars(picture())).toEqual([]);
  });

  it("survive figures that are all nothing", () => {
    expect(columnBars(picture([0], [0]))).toEqual([[{ from: 0, to: 0 }], [{ from: 0, to: 0 }]]);
  });
});

describe("the queue in words", () => {
  const picture = (queued: number[]): BalancerPicture => ({
    columns: [{ title: "queued", explanation: "" }],
    rows: queued.map((n, i) => ({ instance: `a-${String(i + 1)}`, ideal: 0, figures: [n] })),
    waiting: 9,
  });

  it("names the servers that are waited for, the longest queue first", () => {
    expect(queuedWhere(picture([2, 0, 7]))).toBe("7 for a-3, 2 for a-1");
    expect(queuedWhere(picture([0, 0]))).toBe("for any connection");
    expect(queuedWhere({ ...picture([3]), columns: [] })).toBe("for any connection");
  });
});

describe("an instance's key", () => {
  it("is the number of its name, and a colour that stays with it", () => {
    expect(seriesNumber("payments-12", 0)).toBe("12");
    expect(seriesNumber("db", 4)).toBe("5");
    expect(seriesClass("payments-1", 7)).toBe("series-0");
    expect(seriesClass("payments-9", 0)).toBe("series-0");
    expect(seriesClass("payments-0", 0)).toBe("series-7");
  });
});

describe("a weight typed by hand", () => {
  it("is a whole number up to the most that the algorithm takes", () => {
    expect(weightIn(" 12 ", 256)).toBe(12);
    expect(weightIn("0", 256)).toBe(0);
    for (const text of ["", "-1", "1.5", "257", "1e2", "x"]) {
      expect(weightIn(text, 256)).toBeUndefined();
    }
  });
});

describe("the best of several runs", () => {
  const run = (imbalance: number, p99: number): BalancerRun => ({
    algorithm: "random",
    calls: 10,
    failed: 0,
    retries: 0,
    shares: {},
    imbalance,
    p50: 1,
    p95: 2,
    p99,
  });
  const shown = (figure: string, of: BalancerRun) =>
    figure === "p99" ? durationText(of.p99) : String(of[figure as "imbalance"]);

  it("is the least, as it is shown; among equals there is none", () => {
    const best = bestOf([run(0.2, 31.4), run(0.1, 31.3)], shown);
    expect(best.imbalance).toBe("0.1");
    expect(best.p99).toBeUndefined();
    expect(best.p50).toBeUndefined();
  });
});

describe("figures of algorithms", () => {
  it("are short whatever their size", () => {
    expect(formatFigure(3)).toBe("3");
    expect(formatFigure(-2)).toBe("−2");
    expect(formatFigure(1 / 3)).toBe("0.33");
    expect(formatFigure(0.00042)).toBe("0.0004");
    expect(formatFigure(12_400.4)).toBe("12,400");
    expect(formatFigure(4_294_967_295)).toBe("4.3B");
    expect(formatFigure(null)).toBe("–");
    expect(formatFigure(Number.POSITIVE_INFINITY)).toBe("∞");
  });
});

describe("engines side by side", () => {
  const ideals = new Map([
    ["web-1", 0.75],
    ["web-2", 0.25],
  ]);
  const shares = (first: number) => ({ "web-1": first, "web-2": 1 - first });
  const sentence = (...engines: EngineShares[]) => differenceText(engineColumns(engines, ideals));

  it("have their calls, their shares and their imbalance", () => {
    const [own, real] = engineColumns(
      [
        { engine: "fuseboard", calls: 400, shares: shares(0.75) },
        { engine: "haproxy", calls: 300, shares: shares(0.5) },
      ],
      ideals,
    );
    expect(own).toMatchObject({ title: "Fuseboard", calls: 400, imbalance: 0 });
    expect(real).toMatchObject({ title: "HAProxy", calls: 300, imbalance: 0.25 });
  });

  it("leave out what went to instances that are gone", () => {
    const [own] = engineColumns(
      [{ engine: "nginx", calls: 100, shares: { "web-1": 0.6, "web-2": 0.2, "web-3": 0.2 } }],
      ideals,
    );
    expect([...(own?.shares ?? [])]).toEqual([
      ["web-1", 0.6 / 0.8],
      ["web-2", 0.2 / 0.8],
    ]);
  });

  it("are compared in one sentence", () => {
    expect(
      sentence(
        { engine: "fuseboard", calls: 400, shares: shares(0.75) },
        { engine: "nginx", calls: 400, shares: shares(0.754) },
      ),
    ).toBe("Both give the same shares within 0.4%.");
    expect(
      sentence(
        { engine: "fuseboard", calls: 400, shares: shares(0.75) },
        { engine: "nginx", calls: 400, shares: shares(0.75) },
        { engine: "haproxy", calls: 400, shares: shares(0.75) },
      ),
    ).toBe("All 3 give the same shares.");
    expect(
      sentence(
        { engine: "fuseboard", calls: 400, shares: shares(0.75) },
        { engine: "nginx", calls: 30, shares: shares(0.5) },
      ),
    ).toBe("They differ by up to 25.0%: Fuseboard gives web-1 75.0%, nginx 50.0%.");
    expect(
      sentence(
        { engine: "fuseboard", calls: 40, shares: shares(0.75) },
        { engine: "nginx", calls: 40, shares: shares(0.65) },
      ),
    ).toMatch(/nginx 65.0%; after so few calls, that may be chance.$/);
  });

  it("say when there is nothing to compare", () => {
    const idle = { calls: 0, shares: { "web-1": 0, "web-2": 0 } };
    const made = { engine: "nginx" as const, calls: 400, shares: shares(0.75) };
    expect(sentence({ engine: "fuseboard", ...idle }, { engine: "nginx", ...idle })).toBe(
      "No call has been made yet.",
    );
    expect(sentence(made, { engine: "haproxy", ...idle })).toBe(
      "Only nginx has made calls so far.",
    );
  });
});

describe("who picks", () => {
  it("is only said when it is not Fuseboard's own code alone", () => {
    expect(pickersText("fuseboard")).toBeUndefined();
    expect(pickersText(["fuseboard", "fuseboard"])).toBeUndefined();
    expect(pickersText("nginx")).toBe("The real nginx picks.");
    expect(pickersText(["haproxy"])).toBe("The real HAProxy picks.");
    expect(pickersText(["fuseboard", "nginx", "haproxy"])).toBe(
      "Fuseboard's own code, the real nginx and the real HAProxy take turns.",
    );
  });
});
