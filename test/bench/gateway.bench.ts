// Requests per second through the gateway with all decisions recorded, against http-proxy and
// nginx in front of the same instances, in turns. Bigger is better.
import type { Bench } from "../support/bench.ts";
import { callsPerSecond, median } from "./load.ts";
import { startHttpProxy, startNginx } from "./proxies.ts";
import { clusterFolder, startCluster } from "./running-cluster.ts";

const ROUNDS = 5;
const SECONDS = 4;

const measure: Bench = async (scope, report) => {
  const synthetic = { latency: "0ms" };
  const folder = await clusterFolder(scope, { answer: { synthetic, instances: 3 } });
  const { gateway, ports } = await startCluster(scope, folder, 3);
  const urls = new Map([["ours", `${gateway}/answer`]]);
  urls.set("http-proxy", await startHttpProxy(scope, ports));
  const nginx = await startNginx(scope, ports);
  if (nginx === undefined) process.stderr.write("nginx is not installed: left out\n");
  else urls.set("nginx, one worker", nginx);

  const rates = new Map([...urls.keys()].map((name) => [name, [] as number[]]));
  for (const url of urls.values()) await callsPerSecond(url, { seconds: SECONDS });
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, url] of urls) {
      rates.get(name)?.push(await callsPerSecond(url, { seconds: SECONDS }));
    }
  }
  const of = (name: string): number => median(rates.get(name) ?? []);
  for (const peer of urls.keys()) {
    if (peer === "ours") continue;
    report({ metric: "requests per second", ours: of("ours"), peer, theirs: of(peer) });
  }
};

export default measure;
