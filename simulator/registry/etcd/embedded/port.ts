import { createServer } from "node:net";
import { codeOf, FuseboardError, messageOf } from "../../../kernel/errors.ts";

/**
 * Resolves when the port can be listened on. Rejects with a FuseboardError otherwise: the gRPC
 * server would print an error of its own, and say less.
 */
export function checkPortFree(host: string, port: number): Promise<void> {
  const where = `${host}:${String(port)}`;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => {
      const code = codeOf(error) === "EADDRINUSE" ? "port-in-use" : "registry-failed";
      const message =
        code === "port-in-use"
          ? `The registry cannot listen on ${where}: another program uses that port. ` +
            "Stop it, or choose another port for the registry."
          : `The registry cannot listen on ${where}: ${messageOf(error)}`;
      reject(new FuseboardError(code, message, { cause: error }));
    });
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => {
        resolve();
      });
    });
  });
}
