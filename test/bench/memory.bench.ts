// Memory of the simulator after 100,000 calls, against that before them. By then its rings are full
// and its heap has the size that it keeps: 200,000 calls were made. Flat means a ratio of about 1.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Bench } from "../support/bench.ts";
import { makeCalls } from "./load.ts";
import { clusterFolder, startCluster } from "./running-cluster.ts";

const measure: Bench = async (scope, report) => {
  const services = { answer: { synthetic: { latency: "0ms" }, instances: 3 } };
  const { gateway, pid } = await startCluster(scope, await clusterFolder(scope, services), 3);
  const url = `${gateway}/answer`;
  await makeCalls(url, 200_000);
  const before = await residentMegabytes(pid);
  await makeCalls(url, 100_000);
  const after = await residentMegabytes(pid);
  report({
    metric: "MB resident after 100,000 calls",
    ours: after,
    peer: "itself before them",
    theirs: before,
  });
};

async function residentMegabytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) / 1024;
}

export default measure;
