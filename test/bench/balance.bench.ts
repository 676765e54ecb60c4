// Picks: nanoseconds by algorithm and number of instances, with and without their record; smaller
// is better, and a ratio above 1 grows faster than the original. Then adding one instance, traces
// offline, and the gateway against nginx and HAProxy with one worker each; there, bigger is better.
import type { BalancerKind } from "../../simulator/balancing/contract.ts";
import { balancerOf, balancers } from "../../simulator/balancing/index.ts";
import type { BalancerFile } from "../../simulator/protocol/balancer-spec.ts";
import type { BalancerId } from "../../simulator/protocol/spec.ts";
import type { Bench, Figure } from "../support/bench.ts";
import { offlineRequestsPerSecond } from "./offline.ts";
import { balancerOfSize, millisecondsToChange, nanosecondsPerPick } from "./picks.ts";
import { startHaproxy, startNginx } from "./proxies.ts";
import { ratesOf } from "./rates.ts";
import { clusterFolder, startCluster } from "./running-cluster.ts";

type Growth = "O(1)" | "O(log n)" | "O(n)";

/** How a pick of the original grows with the number of its servers, after its source. */
const GROWTHS: Record<BalancerId, Growth> = {
  "round-robin": "O(n)",
  "least-connections": "O(n)",
  "ip-hash": "O(n)",
  hash: "O(n)",
  "consistent-hash": "O(log n)",
  random: "O(log n)",
  "power-of-two": "O(log n)",
  "haproxy-roundrobin": "O(log n)",
  "haproxy-static-rr": "O(1)",
  "haproxy-leastconn": "O(log n)",
  "haproxy-first": "O(log n)",
  "haproxy-source": "O(1)",
  "haproxy-uri": "O(1)",
  "haproxy-url-param": "O(1)",
  "haproxy-hdr": "O(1)",
  "haproxy-random": "O(log n)",
  "least-request": "O(1)",
  "peak-ewma": "O(1)",
  "ring-hash": "O(log n)",
  maglev: "O(1)",
};

const STEPS: Record<Growth, (size: number) => number> = {
  "O(1)": () => 1,
  "O(log n)": (size) => Math.log2(size),
  "O(n)": (size) => size,
};

const SIZES = [10, 100, 1_000, 10_000];

/** Those that look a server up in something that a new server changes. */
const STRUCTURES: readonly (readonly [BalancerId, BalancerFile])[] = [
  ["ring-hash", {}],
  ["maglev", {}],
  ["consistent-hash", {}],
  ["haproxy-roundrobin", {}],
  ["haproxy-leastconn", {}],
  ["haproxy-first", {}],
  ["haproxy-uri", { hash: { type: "consistent" } }],
];

const SERVERS = ["127.0.0.1:8001", "127.0.0.1:8002", "127.0.0.1:8003"];
const NGINX_CONF = `events {}
http { upstream backend { ${SERVERS.map((each) => `server ${each};`).join(" ")} }
  server { listen 8000; location / { proxy_pass http://backend; } } }
`;
const HAPROXY_CFG = `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
backend backend
  balance roundrobin
${SERVERS.map((each, i) => `  server s${String(i)} ${each}`).join("\n")}
`;

const measure: Bench = async (scope, report) => {
  for (const kind of balancers) picksOf(kind, report);
  for (const [id, spec] of STRUCTURES) {
    const [ours, tenth] = [1_000, 100].map((size) =>
      millisecondsToChange(balancerOf(id), size, spec),
    );
    report({
      metric: `ms to add or take one of 1,000 instances, ${id}`,
      ours: ours ?? Number.NaN,
      peer: "ten times that of 100 instances",
      theirs: (tenth ?? Number.NaN) * 10,
    });
  }

  const synthetic = { latency: "0ms" };
  const folder = await clusterFolder(scope, {
    answer: { synthetic, instances: 3 },
  });
  const { gateway, ports } = await startCluster(scope, folder, 3);
  const urls = new Map([["ours", `${gateway}/answer`]]);
  const nginx = await startNginx(scope, ports);
  if (nginx !== undefined) urls.set("nginx, one worker", nginx);
  const haproxy = await startHaproxy(scope, ports);
  if (haproxy !== undefined) urls.set("HAProxy, one thread", haproxy);
  const rates = await ratesOf(urls);
  const gatewayRate = rates.get("ours") ?? Number.NaN;
  for (const [peer, theirs] of rates) {
    if (peer === "ours") continue;
    const metric = "requests per second, all decisions recorded";
    report({ metric, ours: gatewayRate, peer, theirs });
  }
  for (const [name, text] of [
    ["nginx.conf", NGINX_CONF],
    ["haproxy.cfg", HAPROXY_CFG],
  ] as const) {
    report({
      metric: `offline requests per second, ${name}`,
      ours: await offlineRequestsPerSecond(scope, name, text),
      peer: "our gateway, live",
      theirs: gatewayRate,
    });
  }
};

function picksOf(kind: BalancerKind, report: (figure: Figure) => void): void {
  const growth = GROWTHS[kind.id];
  const steps = STEPS[growth];
  for (const record of [false, true]) {
    // A record lists a hundred at most, so from there on its own cost is the same.
    const from = record ? 100 : 10;
    let least: number | undefined;
    for (const size of SIZES.filter((each) => each >= from)) {
      const ours = nanosecondsPerPick(balancerOfSize(kind, size).balancer, record);
      least ??= ours;
      const theirs = (least * steps(size)) / steps(from);
      const metric = `ns per pick, ${kind.id}, ${String(size)} instances${record ? ", recorded" : ""}`;
      report({
        metric,
        ours,
        peer: `that of ${String(from)} instances, growing by ${growth}`,
        theirs,
      });
      if (kind.id === "round-robin" && size === 1_000 && !record) {
        report({ metric, ours, peer: "limit", theirs: 1_000 });
      }
    }
  }
}

export default measure;
