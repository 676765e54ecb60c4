import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { ResponseError } from "vscode-jsonrpc";
import { Cluster } from "./cluster.ts";
import { clusterRequests } from "./cluster-requests.ts";
import { cacheFolder } from "./kernel/cache-folder.ts";
import { Scope } from "./kernel/scope.ts";
import { serve } from "./protocol/channel.ts";
import { toolRequests } from "./tool-requests.ts";
import { ERROR_CODES, FACTS_NOTIFICATION } from "./protocol/requests.ts";

/*
 * The simulator as a child process: JSON-RPC over the parent's IPC channel. One cluster a process.
 * When the channel closes, by whatever end of the parent, everything is stopped at once.
 */

/** Longest that an end by a lost parent may take. */
const LOST_PARENT_MS = 1500;

const scope = new Scope();
const connection = createMessageConnection(
  new IPCMessageReader(process),
  new IPCMessageWriter(process),
);
let cluster: Cluster | undefined;

function running(): Cluster {
  if (cluster) return cluster;
  throw new ResponseError(ERROR_CODES.wrongState, "The cluster has not been started.");
}

async function exit(code: number): Promise<never> {
  try {
    await scope.dispose();
  } finally {
    process.exit(code);
  }
}

serve(connection, {
  ...clusterRequests(running),
  ...toolRequests,
  async start({ spec, root, name, node }) {
    if (cluster) throw new ResponseError(ERROR_CODES.wrongState, "A cluster runs already.");
    cluster = new Cluster({
      spec,
      root,
      name,
      node: node ?? process.execPath,
      // VS Code's own executable runs as Node when it is told to; a real node ignores it.
      nodeEnv: node === undefined ? { ELECTRON_RUN_AS_NODE: "1" } : {},
      cacheDir: cacheFolder(),
      send: (batch) => void connection.sendNotification(FACTS_NOTIFICATION.method, batch),
    });
    await cluster.start(scope);
    return cluster.observation.snapshot();
  },
  async stop() {
    await cluster?.stop();
    return null;
  },
});

process.on("disconnect", () => {
  setTimeout(() => process.exit(1), LOST_PARENT_MS).unref();
  void exit(0);
});
process.on("SIGTERM", () => void (cluster?.stop() ?? Promise.resolve()).finally(() => exit(0)));
// The terminal's Ctrl-C reaches the whole group; the parent decides what it means.
process.on("SIGINT", () => undefined);
connection.listen();
