import { isIPv4, isIPv6 } from "node:net";
import { parseInteger } from "./values.ts";

export interface ServerAddress {
  readonly kind: "ip" | "name" | "unix";
  readonly host: string;
  /** Absent: none is written. */
  readonly port?: number | undefined;
  /** What follows the host, where that is allowed. */
  readonly uri: string;
}

/** Longest path of a socket in `sockaddr_un`. */
const LONGEST_PATH = 108;

/**
 * Reads an address as nginx's `ngx_parse_url` does; a string is nginx's complaint. `withUri`: a
 * path may follow, as in `proxy_pass`.
 */
export function parseAddress(text: string, withUri = false): ServerAddress | string {
  if (/^unix:/i.test(text)) return unixSocket(text.slice(5), withUri);
  return text.startsWith("[") ? bracketed(text, withUri) : plain(text, withUri);
}

function unixSocket(text: string, withUri: boolean): ServerAddress | string {
  const colon = withUri ? text.indexOf(":") : -1;
  const path = colon < 0 ? text : text.slice(0, colon);
  if (path === "") return "no path in the unix domain socket";
  if (Buffer.byteLength(path) + 1 > LONGEST_PATH) return "too long path in the unix domain socket";
  return { kind: "unix", host: path, uri: colon < 0 ? "" : text.slice(colon + 1) };
}

function bracketed(text: string, withUri: boolean): ServerAddress | string {
  const close = text.indexOf("]");
  if (close < 0) return "invalid host";
  const slash = text.indexOf("/", close);
  if (slash >= 0 && !withUri) return "invalid host";
  const after = text.slice(close + 1, slash < 0 ? undefined : slash);
  if (after !== "" && !after.startsWith(":")) return "invalid host";
  const port = after === "" ? undefined : parsePort(after.slice(1));
  if (after !== "" && port === undefined) return "invalid port";
  const host = text.slice(1, close);
  if (host === "") return "no host";
  if (!isIPv6(host) || host.includes("%")) return "invalid IPv6 address";
  return { kind: "ip", host, port, uri: slash < 0 ? "" : text.slice(slash) };
}

function plain(text: string, withUri: boolean): ServerAddress | string {
  const uriAt = text.search(/[/?]/);
  if (uriAt >= 0 && !withUri) return "invalid host";
  const authority = uriAt < 0 ? text : text.slice(0, uriAt);
  const colon = authority.indexOf(":");
  const port = colon < 0 ? undefined : parsePort(authority.slice(colon + 1));
  if (colon >= 0 && port === undefined) return "invalid port";
  const host = colon < 0 ? authority : authority.slice(0, colon);
  if (host === "") return "no host";
  const uri = uriAt < 0 ? "" : text.slice(uriAt);
  return { kind: isIPv4(host) ? "ip" : "name", host, port, uri };
}

function parsePort(text: string): number | undefined {
  const port = parseInteger(text);
  return port !== undefined && port >= 1 && port <= 65_535 ? port : undefined;
}

/** Whether it is an address of this machine that a TCP connection reaches. */
export function isOfThisMachine({ kind, host }: ServerAddress): boolean {
  if (kind === "name") return /^localhost$/i.test(host);
  return kind === "ip" && (host.startsWith("127.") || /^[0:]*:0*1$/.test(host));
}
