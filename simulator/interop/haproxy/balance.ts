import { cInt } from "./numbers.ts";
import type { Balance } from "./proxy.ts";
import type { Statement } from "./statement.ts";

const PLAIN = ["roundrobin", "static-rr", "leastconn", "first", "source"] as const;

/** Reads `balance …`; null when HAProxy refuses it, which is reported. */
export function readBalance(statement: Statement): Balance | null {
  const name = statement.arg(1);
  const refuse = (index: number, message: string): null => {
    statement.error(index, `balance ${message}`);
    return null;
  };
  if (name === "") return { kind: "roundrobin" };
  const plain = PLAIN.find((kind) => kind === name);
  if (plain) return { kind: plain };
  if (name === "uri") return readUri(statement, refuse);
  if (name === "url_param") return readUrlParam(statement, refuse);
  if (name.startsWith("hdr(")) return readHdr(statement, refuse);
  if (name.startsWith("random")) return readRandom(name, refuse);
  if (name === "hash") return readHash(statement, refuse);
  if (name.startsWith("rdp-cookie")) return readRdpCookie(statement, refuse);
  return refuse(
    1,
    "only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' and 'rdp-cookie(name)' options.",
  );
}

type Refuse = (index: number, message: string) => null;

function readUri(statement: Statement, refuse: Refuse): Balance | null {
  let uri: Extract<Balance, { kind: "uri" }> = { kind: "uri" };
  for (let i = 2; statement.arg(i) !== ""; i++) {
    const option = statement.arg(i);
    if (option === "whole") uri = { ...uri, whole: true };
    else if (option === "path-only") uri = { ...uri, pathOnly: true };
    else if (option === "len" || option === "depth") {
      const number = cInt(statement.arg(i + 1));
      if (number <= 0) {
        const got = statement.arg(i + 1);
        return refuse(i, `uri : '${option}' expects a positive integer (got '${got}').`);
      }
      uri = option === "len" ? { ...uri, length: number } : { ...uri, depth: number };
      i++;
    } else {
      const known = "'len', 'depth', 'path-only', and 'whole'";
      return refuse(i, `uri only accepts parameters ${known} (got '${option}').`);
    }
  }
  return uri;
}

function readUrlParam(statement: Statement, refuse: Refuse): Balance | null {
  const [name, modifier] = [statement.arg(2), statement.arg(3)];
  if (name === "") return refuse(1, "url_param requires an URL parameter name.");
  if (modifier !== "" && modifier !== "check_post") {
    return refuse(3, `url_param only accepts 'check_post' modifier (got '${modifier}').`);
  }
  if (modifier !== "") {
    statement.warn(3, "`check_post`: bodies are not looked into here, only the query is.");
  }
  return { kind: "url_param", name };
}

function readHdr(statement: Statement, refuse: Refuse): Balance | null {
  const name = /^hdr\(([^)]+)\)/.exec(statement.arg(1))?.[1];
  if (name === undefined) return refuse(1, "hdr requires an http header field name.");
  const modifier = statement.arg(2);
  if (modifier === "") return { kind: "hdr", name };
  if (modifier !== "use_domain_only") {
    return refuse(2, `hdr(${name}) only accepts 'use_domain_only' modifier (got '${modifier}').`);
  }
  return { kind: "hdr", name, domainOnly: true };
}

function readRandom(name: string, refuse: Refuse): Balance | null {
  const argument = /^random\((?!\))(.*)$/.exec(name)?.[1];
  if (argument === undefined) {
    const isOpen = name.startsWith("random(") && !name.startsWith("random()");
    return isOpen
      ? refuse(1, "random : missing closing parenthesis.")
      : { kind: "random", draws: 2 };
  }
  const digits = /^\s*[+-]?\d+/.exec(argument)?.[0] ?? "";
  const next = argument.charAt(digits.length);
  if (next === "") return refuse(1, "random : missing closing parenthesis.");
  if (next !== ")") return refuse(1, `random : unexpected character '${next}' after argument.`);
  const draws = cInt(digits);
  return draws < 1
    ? refuse(1, "random : number of draws must be at least 1.")
    : { kind: "random", draws };
}

/** What a sample expression hashes, where an algorithm here hashes the same. */
function readHash(statement: Statement, refuse: Refuse): Balance | null {
  const expression = statement.arg(2);
  if (expression === "") return refuse(1, "hash requires a sample expression.");
  const nearest = nearestOfHash(expression);
  statement.warn(1, `\`balance hash\` is read as the nearest there is, ${describe(nearest)}.`);
  return nearest;
}

function nearestOfHash(expression: string): Balance {
  const [, fetch = "", name = ""] = /^([\w.]+)(?:\(([^),]*)[^)]*\))?/.exec(expression) ?? [];
  if (/^(req\.)?f?hdr$/.test(fetch) && name !== "") return { kind: "hdr", name };
  if (/^(urlp|url_param)$/.test(fetch) && name !== "") return { kind: "url_param", name };
  if (fetch === "path" || fetch === "base") return { kind: "uri", pathOnly: true };
  if (fetch === "pathq") return { kind: "uri", pathOnly: true, whole: true };
  if (fetch === "url") return { kind: "uri", whole: true };
  return { kind: "source" };
}

function describe(balance: Balance): string {
  if (balance.kind === "hdr") return `\`balance hdr(${balance.name})\``;
  if (balance.kind === "url_param") return `\`balance url_param ${balance.name}\``;
  return `\`balance ${balance.kind}\``;
}

function readRdpCookie(statement: Statement, refuse: Refuse): Balance | null {
  const name = statement.arg(1);
  if (name !== "rdp-cookie" && !/^rdp-cookie\([^)]+\)/.test(name)) {
    return refuse(1, "rdp-cookie : missing cookie name.");
  }
  statement.warn(1, "`balance rdp-cookie` is read as the nearest there is, `balance source`.");
  return { kind: "source" };
}
