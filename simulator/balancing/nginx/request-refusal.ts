import { normalizedPath } from "./normalized-path.ts";

/** What nginx looks at before it asks anybody. */
interface RequestLine {
  readonly method: string;
  /** As it stands on the request line, one character a byte. */
  readonly uri: string;
  /** The `Host` header, when there is one. */
  readonly host: string | undefined;
}

/**
 * The status with which nginx itself answers what it does not pass on, after
 * `ngx_http_parse_request_line`, `ngx_http_process_request_header` and `ngx_http_validate_host`;
 * undefined: it passes it on.
 */
export function requestRefusal({ method, uri, host }: RequestLine): 400 | 405 | undefined {
  if (!/^[A-Z_-]+$/.test(method) || !isWellFormed(uri)) return 400;
  if (host !== undefined && !isHost(host)) return 400;
  return method === "TRACE" || method === "CONNECT" ? 405 : undefined;
}

/** A URI with scheme, as proxies are asked: its host, then its path and query. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/([a-z0-9.-]+|\[[^\]/]*\])(?::[0-9]*)?(|[/?].*)$/is;

function isWellFormed(uri: string): boolean {
  if (/[\0- \x7f]/.test(uri)) return false;
  if (uri.startsWith("/")) return normalizedPath(uri) !== "";
  const [, host, path = ""] = ABSOLUTE.exec(uri) ?? [];
  return host !== undefined && isHost(host) && normalizedPath(`/${path}`) !== "";
}

function isHost(header: string): boolean {
  return !/[\0- \x7f/]|\.\./.test(header) && !/^(?:\.?(?::|$)|\.$)/.test(header);
}
