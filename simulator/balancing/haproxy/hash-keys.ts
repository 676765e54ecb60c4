import type { BalancerSpec } from "../../protocol/spec.ts";
import { addressWords } from "./address-words.ts";
import { wireBytes, type CallKey } from "./call-key.ts";
import { fullHash, hashFunctions } from "./hash-function.ts";

/** Hashes by a configuration's `hash-type`: its function, then the avalanche if there is one. */
function textHash(spec: BalancerSpec): (text: string) => number {
  const { type = "map-based", function: name = "sdbm", avalanche } = spec.hash ?? {};
  const hash = hashFunctions[name];
  // A consistent hash of sdbm that says nothing of an avalanche has one.
  const mixes = avalanche ?? (type === "consistent" && name === "sdbm");
  return mixes ? (text) => fullHash(hash(wireBytes(text))) : (text) => hash(wireBytes(text));
}

/** `balance source`: the words of the caller's address; no hash function is used. */
export function sourceKey(spec: BalancerSpec): CallKey {
  const { type = "map-based", function: name = "sdbm", avalanche } = spec.hash ?? {};
  const mixes = avalanche ?? (type === "consistent" && name === "sdbm");
  return {
    name: "address",
    soughtAlone: false,
    of({ client }) {
      const words = addressWords(client);
      return mixes ? fullHash(words) : words;
    },
  };
}

/** `balance uri`: the request's target up to the question mark, or as its options say. */
export function uriKey(spec: BalancerSpec): CallKey {
  const { length, depth, whole = false, pathOnly = false } = spec.uri ?? {};
  const hash = textHash(spec);
  return {
    name: "URI",
    soughtAlone: false,
    of({ uri }) {
      const text = (pathOnly ? pathOf(uri) : uri).slice(0, length);
      let end = 0;
      let slashes = 0;
      for (; end < text.length; end++) {
        const character = text[end];
        if (character === "/" && ++slashes === (depth ?? NaN) + 1) break;
        if (character === "?" && !whole) break;
      }
      return hash(text.slice(0, end));
    },
  };
}

/** Without the scheme and the host of an absolute URI; "" when there is no path. */
function pathOf(uri: string): string {
  if (uri.startsWith("/")) return uri;
  const from = uri.indexOf("/", Math.max(0, uri.indexOf("://") + 3));
  return from < 0 ? "" : uri.slice(from);
}

/** `balance url_param`: the value of a parameter of the query. */
export function parameterKey(spec: BalancerSpec): CallKey {
  const name = spec.parameter ?? "";
  const hash = textHash(spec);
  return {
    name: `parameter "${name}"`,
    soughtAlone: true,
    of({ uri }) {
      const from = uri.indexOf("?");
      if (from < 0) return undefined;
      const start = `${name}=`;
      const found = uri
        .slice(from + 1)
        .split("&")
        .find((each) => each.startsWith(start));
      return found === undefined ? undefined : hash(found.slice(start.length));
    },
  };
}

/** `balance hdr`: the first value of a header. */
export function headerKey(spec: BalancerSpec): CallKey {
  const name = (spec.header ?? "").toLowerCase();
  const hash = textHash(spec);
  return {
    name: `header "${name}"`,
    soughtAlone: false,
    of(subject) {
      const value = firstValue(subject.header(name) ?? "");
      if (value === "") return undefined;
      return hash(spec.domainOnly ? mainDomain(value) : value);
    },
  };
}

/**
 * `use_domain_only`, after `get_server_hh`: what stands before the last dot, from the dot before it.
 * Without a dot, or with one at the beginning only, it is the whole.
 */
function mainDomain(host: string): string {
  const end = host.lastIndexOf(".");
  if (end < 1) return host;
  const before = end < 2 ? -1 : host.lastIndexOf(".", end - 2);
  return host.slice(before + 1, end);
}

/** Up to the first comma that stands outside of quotes. */
function firstValue(header: string): string {
  const value = /^(?:[^",]|"(?:[^"\\]|\\.)*"?)*/.exec(header)?.[0] ?? "";
  return value.trim();
}
