// Requests per second through the gateway with the event log on, against the same with it off.
import type { Bench } from "../support/bench.ts";
import { callsPerSecond, median } from "./load.ts";
import { clusterFolder, startCluster } from "./running-cluster.ts";

const ROUNDS = 5;
const SECONDS = 4;

const measure: Bench = async (scope, report) => {
  const services = { answer: { synthetic: { latency: "0ms" }, instances: 3 } };
  const folder = await clusterFolder(scope, services);
  const on = await startCluster(scope, folder, 3);
  const off = await startCluster(scope, folder, 3, ["--no-record"]);
  const rates = { on: [] as number[], off: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const withLog = await callsPerSecond(`${on.gateway}/answer`, { seconds: SECONDS });
    const without = await callsPerSecond(`${off.gateway}/answer`, { seconds: SECONDS });
    // The first round warms up.
    if (round === 0) continue;
    rates.on.push(withLog);
    rates.off.push(without);
  }
  report({
    metric: "requests per second with the event log on",
    ours: median(rates.on),
    peer: "the event log off",
    theirs: median(rates.off),
  });
};

export default measure;
