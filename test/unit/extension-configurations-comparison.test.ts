import { describe, expect, it } from "vitest";
import { comparisonBody } from "../../extension/configurations/comparison-page.ts";
import {
  algorithmsToCompare,
  DEFAULT_TRAFFIC,
  meanMs,
  ranked,
  verdictOf,
  withAnswers,
  type Comparison,
  type Run,
} from "../../extension/configurations/comparison.ts";
import { BALANCER_TITLES } from "../../simulator/protocol/balancer-titles.ts";
import { ServiceSpec, type BalancerId } from "../../simulator/protocol/spec.ts";

const spec = ServiceSpec.parse({
  synthetic: { latency: "20ms" },
  instances: 2,
  balancer: { servers: [{ address: "10.0.0.1:80", weight: 3 }, { address: "<b>&" }] },
});

function run(algorithm: BalancerId, p99: number, failed = 0): Run {
  const shares = { "10.0.0.1:80": 0.75, "<b>&": 0.25 };
  const calls = 10_000;
  return { algorithm, calls, failed, retries: 0, shares, imbalance: 0, p50: 10, p95: 40, p99 };
}

function comparison(...runs: Run[]): Comparison {
  return { name: "a<b", spec, own: "round-robin", traffic: DEFAULT_TRAFFIC, runs };
}

describe("a comparison", () => {
  it("takes the algorithm that there is first, then its program's, then those of others", () => {
    const nginx = algorithmsToCompare("least-connections");
    expect(nginx[0]).toBe("least-connections");
    expect(nginx).toContain("power-of-two");
    expect(nginx).toContain("maglev");
    expect(nginx.some((id) => id.startsWith("haproxy-"))).toBe(false);
    const haproxy = algorithmsToCompare("haproxy-hdr");
    expect(haproxy[0]).toBe("haproxy-hdr");
    expect(haproxy).toContain("haproxy-leastconn");
    expect(haproxy).not.toContain("haproxy-url-param");
    expect(haproxy).not.toContain("round-robin");
    expect(new Set(algorithmsToCompare("maglev")).size).toBe(algorithmsToCompare("maglev").length);
  });

  it("puts those without failures first, then the shortest tails", () => {
    const made = comparison(
      run("random", 20, 3),
      run("round-robin", 90),
      run("peak-ewma", 50),
      run("maglev", 90),
    );
    expect(ranked(made).map(({ algorithm }) => algorithm)).toEqual([
      "peak-ewma",
      "round-robin",
      "maglev",
      "random",
    ]);
  });

  it("says who does best, and by how much", () => {
    expect(verdictOf(comparison(run("round-robin", 100), run("peak-ewma", 40)))).toBe(
      "Finagle: peak EWMA has the shortest tail: p99 40ms instead of 100ms with nginx: round robin, 60% less.",
    );
    const others = [run("peak-ewma", 40), run("maglev", 90)];
    expect(verdictOf(comparison(run("round-robin", 42), ...others))).toContain(
      "nginx: round robin, which it has, is as good as the best",
    );
    expect(verdictOf(comparison(run("round-robin", 42), run("peak-ewma", 40)))).toContain(
      "makes no difference here: p99 40ms to 42ms",
    );
    expect(verdictOf(comparison(run("round-robin", 42)))).toContain("has the shortest tail");
    expect(verdictOf(comparison(run("round-robin", 40, 12), run("maglev", 90)))).toBe(
      "Envoy: Maglev fails 0 of 10,000 calls, nginx: round robin 12.",
    );
  });

  it("lets servers answer by chance, and one of them slowly", () => {
    const slow = withAnswers(spec, "one-slow");
    expect([meanMs(slow, 0), meanMs(slow, 1)]).toEqual([100, 20]);
    expect(slow.balancer.servers?.[0]).toMatchObject({ weight: 3, address: "10.0.0.1:80" });
    expect(withAnswers(spec, "as-configured")).toBe(spec);
    const bare = withAnswers(ServiceSpec.parse({ function: "a.ts#a", instances: 2 }), "varied");
    expect(bare.balancer.servers).toHaveLength(2);
    expect(bare.balancer.servers?.[1]?.synthetic?.latency).toEqual({
      kind: "exponential",
      mean: 20,
    });
  });

  it("becomes a page with a row for each, marks the current one and lets no text be markup", () => {
    const made = comparison(run("round-robin", 100), run("peak-ewma", 40));
    const use = (algorithm: BalancerId) => `command:use?"${algorithm}"`;
    const body = comparisonBody(made, { traffic: "command:t", algorithms: "command:a", use });
    expect(body.match(/<tr/g)).toHaveLength(3);
    expect(body.match(/class="current"/g)).toHaveLength(1);
    expect(body).toContain("a&lt;b: 2 algorithms");
    expect(body).toContain("&lt;b&gt;&amp; 25%");
    expect(body).toContain('href="command:use?&quot;peak-ewma&quot;"');
    expect(body).not.toMatch(/<b>|style=/);
    expect(body.indexOf(BALANCER_TITLES["peak-ewma"])).toBeLessThan(
      body.indexOf(`${BALANCER_TITLES["round-robin"]} <`),
    );
  });
});
