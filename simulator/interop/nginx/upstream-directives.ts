import type { BalancerId } from "../../protocol/spec.ts";
import type { Directive } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";
import type { Scope } from "./scope.ts";
import { readServer } from "./server-parameters.ts";
import type { Upstream } from "./upstream.ts";
import { parseInteger, parseSize } from "./values.ts";
import { variablesOf } from "./variables.ts";
import { hasRelease } from "../../kernel/release.ts";

type Refuse = (message: string, argument: number) => undefined;

/** Reads a directive that stands in an `upstream`. */
export function readUpstreamDirective(
  reading: Reading,
  directive: Directive,
  upstream: Upstream,
  scope: Scope,
): void {
  const [{ text: name }, ...rest] = directive.words;
  const [first = "", second] = rest.map(({ text }) => text);
  const refuse: Refuse = (message, argument) => {
    reading.refuse(message, directive, scope, argument);
  };
  const warn = (message: string) => {
    reading.report("warning", message, placeOf(directive));
  };
  const method = (algorithm: BalancerId, key?: string): void => {
    if (upstream.redefinable) warn("load balancing method redefined");
    upstream.redefinable = true;
    upstream.method = { directive, algorithm, key };
  };

  switch (name) {
    case "server":
      readServer(reading, directive, upstream, scope);
      break;
    case "least_conn":
      method("least-connections");
      break;
    case "ip_hash":
      method("ip-hash");
      break;
    case "hash": {
      const variables = variablesOf(first);
      if (typeof variables === "string") {
        refuse(variables, 1);
        return;
      }
      upstream.hashes.push(directive);
      method(second === "consistent" ? "consistent-hash" : "hash", first);
      if (second !== undefined && second !== "consistent") {
        refuse(`invalid parameter "${second}"`, 2);
      }
      break;
    }
    case "random": {
      method(first === "two" ? "power-of-two" : "random");
      if (first !== "" && first !== "two") {
        refuse(`invalid parameter "${first}"`, 1);
        return;
      }
      if (second === undefined || second === "least_conn") break;
      if (
        !/^least_time=(header|last_byte)$/.test(second) ||
        !hasRelease(reading.version, "1.31.0")
      ) {
        refuse(`invalid parameter "${second}"`, 2);
        return;
      }
      warn("random two least_time is read as random two least_conn, the nearest there is");
      break;
    }
    case "least_time":
      readLeastTime(first, second, refuse);
      method("peak-ewma");
      warn(
        "least_time is read as peak-ewma, which also weighs answer time and load; nearest of nginx: least_conn",
      );
      break;
    case "sticky":
      warn("sticky sessions are left out; nearest: `hash $cookie_NAME consistent`");
      break;
    case "keepalive":
      readKeepalive(upstream, first, second, refuse, scope);
      break;
    case "zone":
      readZone(reading, directive, upstream, refuse);
      break;
    case "resolver":
    case "resolver_timeout":
      reading.report("note", "names of servers are not resolved again here", placeOf(directive));
      break;
    default:
      // What is left are keepalive_requests, keepalive_time and keepalive_timeout.
      break;
  }
}

function readLeastTime(mode: string, extra: string | undefined, refuse: Refuse): void {
  if (mode !== "header" && mode !== "last_byte") refuse(`invalid parameter "${mode}"`, 1);
  else if (extra !== undefined && extra !== "inflight") refuse(`invalid parameter "${extra}"`, 2);
}

function readKeepalive(
  upstream: Upstream,
  count: string,
  extra: string | undefined,
  refuse: Refuse,
  scope: Scope,
): void {
  if ((scope.settings.get("keepalive")?.length ?? 0) > 1) {
    refuse('"keepalive" directive is duplicate', 0);
    return;
  }
  const number = parseInteger(count);
  if (number === undefined || number === 0) {
    refuse(`invalid value "${count}" in "keepalive" directive`, 1);
    return;
  }
  if (extra !== undefined && extra !== "local") refuse(`invalid parameter "${extra}"`, 2);
  upstream.redefinable = true;
}

const PAGE_BYTES = 4096;

function readZone(
  reading: Reading,
  directive: Directive,
  upstream: Upstream,
  refuse: Refuse,
): void {
  const [, { text: name } = { text: "" }, sizeWord] = directive.words;
  if (name === "") {
    refuse(`invalid zone name "${name}"`, 1);
    return;
  }
  const size = sizeWord === undefined ? 0 : parseSize(sizeWord.text, "km");
  if (size === undefined) {
    refuse(`invalid zone size "${sizeWord?.text ?? ""}"`, 2);
    return;
  }
  if (sizeWord && size < 8 * PAGE_BYTES) {
    refuse(`zone "${name}" is too small`, 1);
    return;
  }
  const known = reading.zones.get(name);
  if (known && known.size > 0 && size > 0 && known.size !== size) {
    refuse(
      `the size ${size} of shared memory zone "${name}" conflicts with already declared size ${known.size}`,
      2,
    );
    return;
  }
  if (known) known.size ||= size;
  else reading.zones.set(name, { size, first: directive });
  upstream.zoned = true;
}
