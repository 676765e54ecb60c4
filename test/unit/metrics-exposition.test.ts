import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallMetrics } from "../../simulator/metrics/call-metrics.ts";
import { DurationHistogram } from "../../simulator/metrics/duration-histogram.ts";
import { exposition } from "../../simulator/metrics/exposition.ts";
import { TraceRing } from "../../simulator/observation/trace-ring.ts";
import type { NewFact } from "../../simulator/protocol/events.ts";
import { readExposition } from "../support/prometheus.ts";

describe("Prometheus' text format", () => {
  it("has HELP and TYPE before the samples of a metric", () => {
    const text = exposition([
      {
        name: "calls_total",
        help: "Calls\nby \\ service.",
        type: "counter",
        samples: [{ labels: { service: 'a"b\\c\nd', outcome: "success" }, value: 3 }],
      },
      { name: "empty_total", help: "Nothing.", type: "counter", samples: [] },
      { name: "up", help: "Up.", type: "gauge", samples: [{ labels: {}, value: 1 }] },
    ]);
    expect(text).toBe(
      [
        "# HELP calls_total Calls\\nby \\\\ service.",
        "# TYPE calls_total counter",
        'calls_total{service="a\\"b\\\\c\\nd",outcome="success"} 3',
        "# HELP up Up.",
        "# TYPE up gauge",
        "up 1",
        "",
      ].join("\n"),
    );
  });

  it("can be read again, whatever the labels and values are", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.tuple(
            fc.string({ unit: "grapheme" }),
            fc.double({ noNaN: true, noDefaultInfinity: true }),
          ),
          {
            minLength: 1,
            selector: ([label]) => label,
          },
        ),
        (all) => {
          const samples = all.map(([label, value]) => ({ labels: { label }, value }));
          const read = readExposition(
            exposition([{ name: "x", help: "h", type: "gauge", samples }]),
          );
          const values = [...(read.get("x")?.samples.values() ?? [])];
          expect(values).toEqual(
            samples.map((sample) => ({ name: "x", ...sample, value: sample.value + 0 })),
          );
        },
      ),
    );
  });

  it("has histograms that are cumulative, with sum and count", () => {
    const ms = fc.double({ min: 0, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(ms), (durations) => {
        const histogram = new DurationHistogram();
        for (const each of durations) histogram.record(each);
        const samples = [histogram.distribution({ service: "cart" })];
        const text = exposition([{ name: "d", help: "h", type: "histogram", samples }]);
        const read = readExposition(text).get("d")?.samples;
        expect(read?.get('d_count{service="cart"}')?.value).toBe(durations.length);
        const sum = durations.reduce((a, b) => a + b / 1000, 0);
        expect(read?.get('d_sum{service="cart"}')?.value).toBe(sum);
        for (const { name, labels, value } of read?.values() ?? []) {
          if (name !== "d_bucket") continue;
          const bound = labels.le === "+Inf" ? Infinity : Number(labels.le);
          expect(value).toBe(durations.filter((each) => each / 1000 <= bound).length);
        }
      }),
    );
  });
});

/** Call metrics that are told facts as a log would. */
function watch() {
  const metrics = new CallMetrics();
  const ring = new TraceRing(100);
  ring.observe(metrics.observer);
  let seq = 0;
  const tell = (at: number, fact: NewFact) => {
    const stamped = { ...fact, seq: ++seq, at };
    ring.sink(stamped);
    metrics.sink(stamped);
  };
  const begin = (call: string, service: string, at = 0) => {
    const subject = { client: "127.0.0.1", method: "POST", uri: `/${service}` };
    const caller = { kind: "external" as const };
    tell(at, { kind: "call-started", call, service, traceId: call, caller, ...subject });
  };
  return { metrics, tell, begin };
}

describe("metrics of calls", () => {
  it("count attempts by instance and outcome, and how long they took", () => {
    const { metrics, tell, begin } = watch();
    begin("1", "cart");
    tell(10, { kind: "attempt-started", call: "1", number: 1, instance: "cart-1" });
    tell(30, {
      kind: "attempt-ended",
      call: "1",
      number: 1,
      outcome: "failure",
      faults: ["status"],
    });
    tell(40, { kind: "attempt-started", call: "1", number: 2, instance: "cart-2" });
    tell(50, { kind: "attempt-ended", call: "1", number: 2, outcome: "success" });
    tell(60, { kind: "call-ended", call: "1", outcome: "success" });
    begin("2", "cart", 100);
    tell(100, { kind: "attempt-ended", call: "2", number: 1, outcome: "short-circuit" });
    tell(101, { kind: "fallback-used", call: "2", fallback: "value", because: "short-circuit" });
    tell(101, { kind: "call-ended", call: "2", outcome: "fallback" });
    const of = (instance: string, outcome: string) => ({
      labels: { service: "cart", instance, outcome },
      value: 1,
    });
    expect(metrics.attemptOutcomes()).toEqual([
      of("cart-1", "failure"),
      of("cart-2", "success"),
      of("", "short-circuit"),
    ]);
    expect(metrics.faultedAttempts()).toEqual([
      { labels: { service: "cart", instance: "cart-1", fault: "status" }, value: 1 },
    ]);
    expect(metrics.fallbacks()).toEqual([{ labels: { service: "cart", kind: "value" }, value: 1 }]);
    expect(metrics.attemptDurations().map(({ labels, sum }) => [labels.instance, sum])).toEqual([
      ["cart-1", 0.02],
      ["cart-2", 0.01],
    ]);
    expect(metrics.callDurations().map(({ sum }) => sum)).toEqual([0.061]);
  });

  it("keep nothing of instances and services that are gone, also when an attempt ends later", () => {
    const { metrics, tell, begin } = watch();
    for (let i = 0; i < 100; i++) {
      const call = String(i);
      const instance = `cart-${call}`;
      begin(call, "cart");
      tell(0, { kind: "attempt-started", call, number: 1, instance });
      tell(1, { kind: "instance-removed", instance });
      tell(2, { kind: "attempt-ended", call, number: 1, outcome: "success" });
    }
    expect([metrics.attemptOutcomes(), metrics.attemptDurations()]).toEqual([[], []]);
    tell(3, { kind: "service-removed", service: "cart" });
    for (let i = 0; i < 100; i++) {
      tell(4, { kind: "call-ended", call: String(i), outcome: "success" });
    }
    expect(metrics.callDurations()).toEqual([]);
  });
});
