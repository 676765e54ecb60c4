import { type CallVariable, isCallVariable, textParts } from "../../protocol/nginx-variables.ts";
import type { CallSubject } from "../contract.ts";
import { addressBytes, addressText } from "./address-bytes.ts";
import { normalizedPath } from "./normalized-path.ts";

/** What a hash hashes of a call. */
export interface HashKey {
  /** As it stands in the configuration. */
  readonly text: string;
  /** Variables in it of which a call knows nothing, such as `$geo`; they are empty. */
  readonly unknown: readonly string[];
  /** Its value; empty also where a variable is not known. */
  of(subject: CallSubject): Buffer;
}

/** Why round robin decides when a key is empty. */
export function whyEmpty({ text, unknown }: HashKey): string {
  const why = unknown.length === 0 ? "" : ` (nothing is known here of ${unknown.join(", ")})`;
  return `The key ${text} is empty${why}`;
}

/** Compiles a text with nginx's variables; `$remote_addr` unless it is given. */
export function compileKey(text = "$remote_addr"): HashKey {
  const parts = textParts(text);
  // What is wrong with it, the cluster file's validation says.
  const pieces = typeof parts === "string" ? [] : parts;
  const evaluate = pieces.map((part): ((subject: CallSubject) => Buffer) => {
    if ("variable" in part) return (subject) => valueOf(part.variable, subject);
    const literal = Buffer.from(part.literal);
    return () => literal;
  });
  const [only] = evaluate;
  const names = pieces.flatMap((part) => ("variable" in part ? [part.variable] : []));
  return {
    text,
    unknown: names.filter((name) => !isCallVariable(name)).map((name) => `$${name}`),
    of: (subject) =>
      only && evaluate.length === 1
        ? only(subject)
        : Buffer.concat(evaluate.map((each) => each(subject))),
  };
}

const VALUES: Record<CallVariable, (subject: CallSubject) => string | Uint8Array> = {
  remote_addr: ({ client }) => addressText(client),
  binary_remote_addr: ({ client }) => addressBytes(client) ?? "",
  request_uri: ({ uri }) => uri,
  uri: ({ uri }) => normalizedPath(uri),
  document_uri: ({ uri }) => normalizedPath(uri),
  args: argsOf,
  query_string: argsOf,
  is_args: (subject) => (argsOf(subject) === "" ? "" : "?"),
  request_method: ({ method }) => method,
  host: (subject) => hostOf(subject.header("host") ?? ""),
  scheme: () => "http",
};

function valueOf(name: string, subject: CallSubject): Buffer {
  if (Object.hasOwn(VALUES, name)) {
    const value = VALUES[name as CallVariable](subject);
    return typeof value === "string" ? wireBytes(value) : Buffer.from(value);
  }
  const [, kind, rest = ""] = /^(arg|http|cookie)_(.+)$/.exec(name) ?? [];
  if (kind === "arg") return wireBytes(argument(rest, argsOf(subject)));
  if (kind === "http") return wireBytes(subject.header(rest.replaceAll("_", "-")) ?? "");
  if (kind === "cookie") return wireBytes(cookie(rest, subject.header("cookie") ?? ""));
  return Buffer.alloc(0);
}

/** Node gives one character for each byte on the wire; other characters can only be UTF-8's. */
function wireBytes(text: string): Buffer {
  return Buffer.from(text, /^[\0-\xff]*$/.test(text) ? "latin1" : "utf8");
}

function argsOf({ uri }: CallSubject): string {
  const [, args = ""] = /^[^?#]*\?([^#]*)/s.exec(uri) ?? [];
  return args;
}

/** An argument as it stands: nginx does not decode it, and compares its name without case. */
function argument(name: string, args: string): string {
  for (const pair of args.split("&")) {
    const equals = pair.indexOf("=");
    if (equals >= 0 && pair.slice(0, equals).toLowerCase() === name) return pair.slice(equals + 1);
  }
  return "";
}

/** A cookie's value, after `ngx_http_parse_multi_header_lines`. */
function cookie(name: string, header: string): string {
  let rest = header;
  while (rest !== "") {
    if (rest.slice(0, name.length).toLowerCase() === name) {
      rest = rest.slice(name.length).replace(/^ +/, "");
      const [, value] = /^= *([^;]*)/.exec(rest) ?? [];
      if (value !== undefined) return value;
      // nginx steps over what stands in place of the `=`, even over a `;`.
      rest = rest.slice(1);
    }
    const next = rest.search(/[;,]/);
    if (next < 0) return "";
    rest = rest.slice(next + 1).replace(/^ +/, "");
  }
  return "";
}

/** In lower case and without the port. */
function hostOf(header: string): string {
  const [host = ""] = /^(\[[^\]]*(?:\]|$)|[^:]*)/.exec(header) ?? [];
  return host.toLowerCase().replace(/\.$/, "");
}
