import { isIPv4, isIPv6 } from "node:net";

/** Where a program of this machine listens. */
export interface LoopbackAddress {
  /** An IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What is listened on when an address names no port, as for nginx. */
const DEFAULT_PORT = 80;

/**
 * Reads `127.0.0.1:8081`, `localhost:8081`, `[::1]:80`, and the same without a port. Undefined for
 * anything else, such as an address of another machine or a socket file.
 */
export function parseLoopbackAddress(text: string): LoopbackAddress | undefined {
  const [, bracketed, plain, portText] =
    /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const port = portText === undefined ? DEFAULT_PORT : Number(portText);
  if (port < 1 || port > 65_535) return undefined;
  if (bracketed !== undefined) return isOwnIPv6(bracketed) ? { host: "::1", port } : undefined;
  const host = plain?.toLowerCase() === "localhost" ? "127.0.0.1" : plain;
  if (host === undefined || !isIPv4(host) || !host.startsWith("127.")) return undefined;
  return { host, port };
}

function isOwnIPv6(host: string): boolean {
  return isIPv6(host) && /^[0:]*:0*1$/.test(host);
}
