import { describe, expect, it } from "vitest";
import { withServices } from "../../simulator/protocol/cluster-file-services.ts";
import { summarizeService } from "../../extension/cluster/summary.ts";
import { BALANCER_SUMMARIES } from "../../extension/commands/balancer-summaries.ts";
import { looksLikeConfiguration } from "../../extension/configurations/looks-like-configuration.ts";
import { RecentShares } from "../../extension/configurations/recent-shares.ts";
import { misspellingIn } from "../../extension/configurations/spelling.ts";
import {
  upstreamLenses,
  upstreamStateText,
} from "../../extension/configurations/upstream-lens-text.ts";
import { topologyNodes } from "../../extension/views/topology-nodes.ts";
import { parseClusterFile } from "../../simulator/protocol/cluster-file.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import type { InstanceState, Snapshot } from "../../simulator/protocol/model.ts";
import { emptySnapshot, reduce } from "../../simulator/protocol/reduce.ts";
import { BALANCERS, ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";

const servers = [
  { address: "10.0.0.1:80", weight: 3, maxFails: 1 },
  { address: "10.0.0.2:80", maxFails: 1 },
  { address: "10.0.0.9:80", backup: true },
];
const backend: ServiceFile = {
  synthetic: { latency: "20ms" },
  instances: 3,
  balancer: { algorithm: "round-robin", servers },
  health: { kind: "none" },
};

/** A running cluster with the service, and so many picks of its instances. */
function running(picks: readonly number[], change: Partial<InstanceState> = {}): Snapshot {
  const spec = ServiceSpec.parse(backend);
  const { algorithm } = spec.balancer;
  const instances = picks.map((_, index): InstanceState => {
    const id = `backend-${String(index + 1)}`;
    const weight = servers[index]?.weight ?? 1;
    const state = { id, service: "backend", phase: "running", runtime: "synthetic" } as const;
    const health = { health: "unknown", registered: true, weight } as const;
    return { ...state, ...health, startedAt: 0, checks: [], ...(index === 0 && change) };
  });
  const counted = { succeeded: 0, failed: 0, inFlight: 0, p50: 0, p95: 0 };
  const empty = emptySnapshot("shop");
  return {
    ...empty,
    phase: "running",
    services: { backend: { name: "backend", spec, algorithm, scale: 3 } },
    instances: Object.fromEntries(instances.map((each) => [each.id, each])),
    counters: {
      ...empty.counters,
      instances: Object.fromEntries(
        instances.map(({ id }, index) => [id, { ...counted, picks: picks[index] ?? 0 }]),
      ),
    },
  };
}

describe("what looks like a configuration", () => {
  it.each([
    ["/etc/nginx/nginx.conf", "events {}\nhttp {\n}\n"],
    ["/etc/nginx/conf.d/a.conf", "upstream backend {\n server 10.0.0.1;\n}\n"],
    ["/etc/nginx/sites-available/shop", "server {\n}\n"],
    ["/etc/haproxy/haproxy.cfg", "defaults\n  mode http\n"],
    ["/x/balance.cfg", "\n\tbackend shop\r\n  server a 10.0.0.1:80\r\n"],
  ])("%s does", (path, text) => {
    expect(looksLikeConfiguration(path, text)).toBe(true);
  });

  it.each([
    ["/x/setup.cfg", "[metadata]\nname = a\n"],
    ["/x/redis.conf", "# server\nbind 127.0.0.1\nport 6379\n"],
    ["/x/pg.conf", "listen_addresses = '*'\nbackend_flush_after = 0\n"],
    ["/x/huge.conf", `http {\n}\n${" ".repeat(2 * 1024 * 1024)}`],
  ])("%s does not", (path, text) => {
    expect(looksLikeConfiguration(path, text)).toBe(false);
  });
});

describe("the lenses above an upstream", () => {
  it("offer to simulate it and to compare while it does not run", () => {
    const lenses = upstreamLenses({ noun: "backend", phase: "stopped", running: undefined });
    expect(lenses.map(({ title }) => title)).toEqual([
      "$(play) Simulate backend",
      "Compare algorithms",
    ]);
  });

  it("say how it stands while it runs", () => {
    const summary = summarizeService(running([1, 1, 0]), "backend");
    if (!summary) throw new Error("There is no such service.");
    const state = { summary, perSecond: 120.4, imbalance: 0.0213, loaded: true };
    expect(upstreamStateText(state)).toBe("3 of 3 healthy · 120/s · round robin · imbalance 2.1%");
    expect(upstreamStateText({ ...state, perSecond: 0 })).toBe("3 of 3 healthy · round robin");
    const titles = upstreamLenses({ noun: "upstream", phase: "running", running: state });
    expect(titles.map(({ command, of }) => `${command} ${of}`)).toEqual([
      "showServiceActions service",
      "stopLoad service",
      "simulateUpstream upstream",
      "stopSimulation upstream",
      "compareAlgorithms upstream",
    ]);
    const idle = upstreamLenses({
      ...{ noun: "upstream", phase: "running" },
      running: { ...state, loaded: false },
    });
    expect(idle[1]).toMatchObject({ title: "$(pulse) Load 50/s", command: "loadUpstream" });
  });
});

describe("the imbalance of the last seconds", () => {
  it("is nothing when the picks follow the weights, backups aside", () => {
    expect(new RecentShares().imbalance(running([300, 100, 0]), "backend", 0)).toBe(0);
  });

  it("is the share that went to the wrong ones", () => {
    const shares = new RecentShares();
    expect(shares.imbalance(running([100, 300, 0]), "backend", 0)).toBeCloseTo(0.5);
  });

  it("forgets what was longer ago, and says nothing of too few picks", () => {
    const shares = new RecentShares();
    shares.imbalance(running([1000, 0, 0]), "backend", 0);
    expect(shares.imbalance(running([1300, 100, 0]), "backend", 5000)).toBeCloseTo(0);
    expect(shares.imbalance(running([1300, 101, 0]), "backend", 14_000)).toBeUndefined();
  });

  it("asks of those alone that can get calls", () => {
    const shares = new RecentShares();
    const down = running([0, 100, 0], { admin: "down" });
    expect(shares.imbalance(down, "backend", 0)).toBe(0);
    const crashed = running([0, 100, 0], { phase: "crashed" });
    expect(new RecentShares().imbalance(crashed, "backend", 0)).toBe(0);
  });
});

describe("the tree", () => {
  it("says which server an instance is, its weight and what was set by hand", () => {
    const [service] = topologyNodes(running([0, 0, 0], { admin: "drain" }), 0);
    expect(service?.description).toContain("3/3 up");
    const [first, second, third] = service?.children ?? [];
    expect(first?.description).toBe("up · drained · weight 3 · 10.0.0.1:80");
    expect(first?.context.split(" ")).toContain("server-drain");
    expect(second?.description).toBe("up · 10.0.0.2:80");
    expect(third?.description).toBe("up · 10.0.0.9:80 · backup");
  });
});

describe("services merged into a cluster file", () => {
  const file = `# The shop.
version: 1
services:
  # Who pays.
  pay:
    function: a.ts#pay # by card
    instances: 2
`;

  it("come after those that are there, whose comments stay", () => {
    const merged = withServices(file, { backend });
    expect(merged.startsWith(file)).toBe(true);
    expect(merged).toContain(`  backend:
    synthetic: { latency: 20ms }
    instances: 3
    balancer:
      algorithm: round-robin
      servers:
        - { address: 10.0.0.1:80, weight: 3, maxFails: 1 }
        - { address: 10.0.0.2:80, maxFails: 1 }
        - { address: 10.0.0.9:80, backup: true }
    health: { kind: none }
`);
    expect(parseClusterFile(merged)).toMatchObject({ ok: true });
  });

  it("replace those of the same name, and stay what they are when that is done twice", () => {
    const once = withServices(file, { pay: backend });
    expect(once).toContain("# Who pays.");
    expect(once).not.toContain("a.ts#pay");
    expect(withServices(once, { pay: backend })).toBe(once);
  });

  it("make a file where there is none", () => {
    expect(parseClusterFile(withServices(undefined, { backend }))).toMatchObject({ ok: true });
  });
});

describe("a misspelling", () => {
  it("is found in HAProxy's own words", () => {
    const message = "unknown keyword 'sever' in 'backend' section; did you mean 'server' maybe ?";
    expect(misspellingIn(message)).toEqual({ wrong: "sever", meant: "server" });
  });

  it("is not found where nobody knows what was meant", () => {
    expect(misspellingIn('unknown directive "upsteam"')).toBeUndefined();
  });
});

it("has a line for each algorithm", () => {
  expect(Object.keys(BALANCER_SUMMARIES).sort()).toEqual([...BALANCERS].sort());
});

it("shows the weights of a definition that was changed, but not over those set by hand", () => {
  const snapshot = running([0, 0, 0]);
  const by = (weights: readonly number[]): Fact => {
    const balancer = { servers: weights.map((weight) => ({ weight })) };
    const spec = ServiceSpec.parse({ ...backend, balancer });
    const state = { name: "backend", spec, algorithm: "round-robin", scale: 3 } as const;
    return { kind: "service-defined", state, seq: 1, at: 0 };
  };
  const set = { kind: "server-set", instance: "backend-2", weight: 9, seq: 2, at: 0 } as const;
  const after = [by([5, 1, 7]), set, by([6, 2, 7])].reduce<Snapshot>(reduce, snapshot);
  expect(Object.values(after.instances).map(({ weight }) => weight)).toEqual([6, 9, 7]);
});
