import { Scope } from "../kernel/scope.ts";
import { startEmbeddedEtcd } from "../registry/etcd/embedded/embedded-etcd.ts";
import { stopSignal } from "./stop-signal.ts";

/** `fuseboard etcd`: the embedded etcd until it is stopped. */
export async function etcdCommand(options: { port: number }): Promise<void> {
  const scope = new Scope();
  const stop = stopSignal(scope);
  try {
    const { address } = await startEmbeddedEtcd({ host: "127.0.0.1", port: options.port }, scope);
    process.stdout.write(`${JSON.stringify({ kind: "ready", etcd: address, pid: process.pid })}\n`);
    await stop;
  } finally {
    await scope.dispose();
  }
}
