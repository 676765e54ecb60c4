import { request } from "node:http";
import type { HealthKind } from "./contract.ts";

/** `GET` of a path; any 2xx is a pass. A connection of its own each time, as HAProxy does. */
export const httpHealth: HealthKind<{ readonly http: string }> = {
  id: "http",
  asks: true,
  probe: (target, options, signal) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: target.host,
          port: target.port,
          path: options.http,
          agent: false,
          headers: { "user-agent": "Fuseboard health check" },
          signal,
        },
        (response) => {
          const status = response.statusCode ?? 0;
          const output = `${String(status)} ${response.statusMessage ?? ""}`.trim();
          response.on("error", reject);
          response.on("end", () => {
            resolve({ ok: status >= 200 && status < 300, output });
          });
          response.resume();
        },
      );
      outgoing.on("error", reject);
      outgoing.end();
    }),
};
