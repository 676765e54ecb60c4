import type { Place } from "./report.ts";

/*
 * What a section of an HAProxy configuration says, as HAProxy holds it after reading: with its
 * defaults, and with what is inherited.
 */

export type Balance =
  | { readonly kind: "roundrobin" | "static-rr" | "leastconn" | "first" | "source" }
  | {
      readonly kind: "uri";
      readonly length?: number;
      readonly depth?: number;
      readonly whole?: true;
      readonly pathOnly?: true;
    }
  | { readonly kind: "url_param"; readonly name: string }
  | { readonly kind: "hdr"; readonly name: string; readonly domainOnly?: true }
  | { readonly kind: "random"; readonly draws: number };

export interface HashType {
  readonly type: "map-based" | "consistent";
  readonly function?: "sdbm" | "djb2" | "wt6" | "crc32" | "none";
  readonly avalanche?: true;
}

/** Settings of a `server`, and of `default-server`. Times in ms. */
export interface ServerSettings {
  /** Its own numeric id. */
  id: number | undefined;
  weight: number;
  maxConnections: number;
  minConnections: number;
  maxQueue: number;
  backup: boolean;
  disabled: boolean;
  slowStartMs: number;
  check: boolean;
  /** Port of the checks, where it is another one. */
  checkPort: number;
  agentCheck: boolean;
  agentPort: number;
  /** Whether calls or checks go by TLS, and what is said of the server's certificate. */
  tls: boolean;
  checkTls: boolean;
  verify: "none" | "required" | undefined;
  hasCaFile: boolean;
  tracked: boolean;
  interMs: number;
  fastInterMs: number | undefined;
  downInterMs: number | undefined;
  rise: number;
  fall: number;
  observe: "none" | "layer4" | "layer7";
  errorLimit: number;
  onError: "fastinter" | "fail-check" | "sudden-death" | "mark-down";
}

export interface ServerLine extends ServerSettings {
  readonly name: string;
  /** As it stands in the configuration. */
  readonly address: string;
  /** Whether the address names a port, or needs none. */
  readonly hasPort: boolean;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** A backend to which a frontend leads, as it stands in a statement. */
export interface Route {
  readonly keyword: "use_backend" | "default_backend";
  readonly name: string;
  readonly place: Place;
}

/** What sections inherit from `defaults`. Times in ms. */
export interface ProxySettings {
  mode: string;
  balance: Balance | undefined;
  hashType: HashType | undefined;
  hashBalanceFactor: number;
  retries: number;
  retryOn: readonly (string | number)[];
  /** −1 at the last retry, n at every n-th, 0 at none of them by its number; undefined: off. */
  redispatch: number | undefined;
  connectMs: number | undefined;
  serverMs: number | undefined;
  queueMs: number | undefined;
  checkMs: number | undefined;
  /** 0: a tenth of what the frontends take that lead to it. */
  fullConnections: number;
  /** `maxconn` of a frontend; 0: the program's. */
  frontendConnections: number;
  /** `default_backend`, which a section may inherit. */
  defaultRoute: Route | undefined;
  allBackups: boolean;
  /** How servers are checked; a connection only when it is undefined. */
  httpCheck: { readonly method: string; readonly path: string } | undefined;
  /** A check that this program does not have decides, so a port may come from there. */
  hasCheckRules: boolean;
  defaultServer: ServerSettings;
}

export type ProxyKind = "defaults" | "frontend" | "backend" | "listen";

export interface Proxy {
  readonly kind: ProxyKind;
  readonly name: string;
  readonly line: number;
  endLine: number;
  readonly settings: ProxySettings;
  readonly servers: ServerLine[];
  /** Its `use_backend` rules; those that a request's own words complete are left out. */
  readonly routes: Route[];
  /** Where the balance that is in force was said; undefined when nowhere. */
  balanceLine: number | undefined;
}

export function initialSettings(): ProxySettings {
  return {
    mode: "tcp",
    balance: undefined,
    hashType: undefined,
    hashBalanceFactor: 0,
    retries: 3,
    retryOn: ["conn-failure"],
    redispatch: undefined,
    connectMs: undefined,
    serverMs: undefined,
    queueMs: undefined,
    checkMs: undefined,
    fullConnections: 0,
    frontendConnections: 0,
    defaultRoute: undefined,
    allBackups: false,
    httpCheck: undefined,
    hasCheckRules: false,
    defaultServer: {
      id: undefined,
      weight: 1,
      maxConnections: 0,
      minConnections: 0,
      maxQueue: 0,
      backup: false,
      disabled: false,
      slowStartMs: 0,
      check: false,
      checkPort: 0,
      agentCheck: false,
      agentPort: 0,
      tls: false,
      checkTls: false,
      verify: undefined,
      hasCaFile: false,
      tracked: false,
      interMs: 2000,
      fastInterMs: undefined,
      downInterMs: undefined,
      rise: 2,
      fall: 3,
      observe: "none",
      errorLimit: 10,
      onError: "fail-check",
    },
  };
}

/** What a new section begins with: what it inherits, to be changed on its own. */
export function inherit(from: ProxySettings): ProxySettings {
  return { ...from, defaultServer: { ...from.defaultServer } };
}

/** What HAProxy calls a section in its messages. */
export function nounOf(kind: ProxyKind): string {
  return kind === "listen" ? "proxy" : kind;
}

/** Whether it sends requests on to servers. */
export function canBalance(kind: ProxyKind): boolean {
  return kind !== "frontend";
}
