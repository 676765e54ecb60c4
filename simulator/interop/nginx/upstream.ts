import type { BalancerId } from "../../protocol/spec.ts";
import type { Directive } from "./parser.ts";
import type { ServerAddress } from "./server-address.ts";

/** A `server` of an upstream. */
export interface UpstreamServer {
  readonly directive: Directive;
  readonly address: ServerAddress;
  weight: number;
  maxFails: number;
  failTimeoutMs: number;
  maxConnections: number;
  backup: boolean;
  down: boolean;
}

/** An `upstream` block as far as it was read. */
export interface Upstream {
  readonly name: string;
  readonly directive: Directive;
  /** The method, unless it is round robin. */
  method?: {
    readonly directive: Directive;
    readonly algorithm: BalancerId;
    readonly key?: string | undefined;
  };
  /** Its `hash` directives, also those that another method is set over. */
  readonly hashes: Directive[];
  readonly servers: UpstreamServer[];
  /** `server` directives, those with errors too. */
  serverCount: number;
  /** nginx has set how it starts; another method is set over it. */
  redefinable: boolean;
  /** Whether it has a `zone`, without which no server may `resolve`. */
  zoned: boolean;
  resolves: boolean;
  /** Whether it has an error of its own. */
  broken: boolean;
}
