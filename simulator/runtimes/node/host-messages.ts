import type { ErrorLocation } from "../../kernel/errors.ts";

/*
 * What host and simulator say to each other over the child's IPC channel. The types only: the
 * host loads nothing that it does not need, and the simulator parses what it hears
 * (host-process.ts), because the user's code can write to the same channel.
 */

/** Host to simulator. */
export type HostMessage =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "beat" }
  | { readonly kind: "inspected"; readonly url?: string | undefined }
  | {
      readonly kind: "printed";
      readonly stream: "stderr" | "log";
      readonly line: string;
      readonly call?: string | undefined;
    }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly location?: ErrorLocation | undefined;
    };

/** Simulator to host: finish what is under way and exit. */
export interface StopMessage {
  readonly kind: "stop";
}
