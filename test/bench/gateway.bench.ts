// Requests per second through the gateway with all decisions recorded, against http-proxy and
// nginx in front of the same instances, in turns. Bigger is better.
import type { Bench } from "../support/bench.ts";
import { startHttpProxy, startNginx } from "./proxies.ts";
import { ratesOf } from "./rates.ts";
import { clusterFolder, startCluster } from "./running-cluster.ts";

const measure: Bench = async (scope, report) => {
  const synthetic = { latency: "0ms" };
  const folder = await clusterFolder(scope, { answer: { synthetic, instances: 3 } });
  const { gateway, ports } = await startCluster(scope, folder, 3);
  const urls = new Map([["ours", `${gateway}/answer`]]);
  urls.set("http-proxy", await startHttpProxy(scope, ports));
  const nginx = await startNginx(scope, ports);
  if (nginx === undefined) process.stderr.write("nginx is not installed: left out\n");
  else urls.set("nginx, one worker", nginx);
  const rates = await ratesOf(urls);
  const ours = rates.get("ours") ?? Number.NaN;
  for (const [peer, theirs] of rates) {
    if (peer !== "ours") report({ metric: "requests per second", ours, peer, theirs });
  }
};

export default measure;
