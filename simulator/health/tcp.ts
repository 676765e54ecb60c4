import { connect } from "node:net";
import type { HealthKind } from "./contract.ts";

/** A connection, and nothing more: HAProxy's `check` without `option httpchk`. */
export const tcpHealth: HealthKind<object> = {
  id: "tcp",
  asks: false,
  probe: (target, _options, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: target.host, port: target.port });
      const abort = () => {
        socket.destroy(signal.reason as Error);
      };
      signal.addEventListener("abort", abort, { once: true });
      socket.on("close", () => {
        signal.removeEventListener("abort", abort);
      });
      socket.on("error", reject);
      socket.on("connect", () => {
        socket.destroy();
        resolve({ ok: true, output: "connected" });
      });
    }),
};
