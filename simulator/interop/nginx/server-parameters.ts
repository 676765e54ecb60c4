import type { Directive } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";
import type { Scope } from "./scope.ts";
import { parseAddress } from "./server-address.ts";
import type { Upstream, UpstreamServer } from "./upstream.ts";
import { parseInteger, parseTime } from "./values.ts";
import { hasRelease } from "../../kernel/release.ts";

type Settings = Omit<UpstreamServer, "directive" | "address">;

const NAMED = ["weight=", "max_conns=", "max_fails=", "fail_timeout="] as const;

/** Takes one parameter; `false`: its value is refused, absent: there is no such parameter. */
function take(settings: Settings, parameter: string): boolean | undefined {
  const name = NAMED.find((each) => parameter.startsWith(each));
  const value = parameter.slice(name?.length ?? 0);
  const number = parseInteger(value);
  switch (name) {
    case "weight=":
      settings.weight = number ?? 0;
      return settings.weight > 0;
    case "max_conns=":
      settings.maxConnections = number ?? 0;
      return number !== undefined;
    case "max_fails=":
      settings.maxFails = number ?? 0;
      return number !== undefined;
    case "fail_timeout=":
      settings.failTimeoutMs = parseTime(value, "seconds") ?? -1;
      return settings.failTimeoutMs >= 0;
    default:
      if (parameter === "backup") return (settings.backup = true);
      if (parameter === "down") return (settings.down = true);
      return undefined;
  }
}

/** What newer releases take too, without an equivalent here. */
const NEWER: readonly (readonly [pattern: RegExp, since: string, message: string])[] = [
  [
    /^resolve$/,
    "1.27.3",
    "the name is not resolved again while it runs; nearest: one server for each address",
  ],
  [/^service=./, "1.27.3", "SRV records are not resolved; nearest: one server for each address"],
  [/^route=./, "1.29.6", "there are no sticky sessions; nearest: `hash $cookie_NAME consistent`"],
  [/^drain$/, "1.29.6", "there are no sticky sessions to drain for; nearest: `down`"],
];

/** Methods of nginx whose servers may not be backups. */
const WITHOUT_BACKUP = new Set(["ip-hash", "hash", "consistent-hash", "random", "power-of-two"]);

/** Reads a `server` of an upstream. */
export function readServer(
  reading: Reading,
  directive: Directive,
  upstream: Upstream,
  scope: Scope,
): void {
  upstream.serverCount++;
  const [, address, ...parameters] = directive.words;
  const settings: Settings = {
    weight: 1,
    maxFails: 1,
    failTimeoutMs: 10_000,
    maxConnections: 0,
    backup: false,
    down: false,
  };
  for (const [i, { text }] of parameters.entries()) {
    const taken = take(settings, text);
    if (text === "backup" && WITHOUT_BACKUP.has(upstream.method?.algorithm ?? "")) {
      const message = `balancing method does not support parameter "${text}"`;
      reading.refuse(message, directive, scope, i + 2);
      return;
    }
    if (taken === true) continue;
    const newer = NEWER.find(
      ([pattern, since]) => pattern.test(text) && hasRelease(reading.version, since),
    );
    if (newer) reading.report("warning", `${text}: ${newer[2]}`, placeOf(directive, i + 2));
    else {
      reading.refuse(`invalid parameter "${text}"`, directive, scope, i + 2);
      if (text.startsWith("slow_start=")) {
        const message =
          "slow_start is of the commercial nginx; nearest: `slowStart` of a server in the cluster file";
        reading.report("note", message, placeOf(directive, i + 2));
      }
      return;
    }
  }
  const parsed = parseAddress(address?.text ?? "");
  if (typeof parsed === "string") {
    reading.refuse(`${parsed} in upstream "${address?.text ?? ""}"`, directive, scope, 1);
    return;
  }
  if (parsed.kind === "unix") {
    const message =
      "a socket of this machine is simulated; nearest: the same server at 127.0.0.1 and a port";
    reading.report("warning", message, placeOf(directive, 1));
  }
  if (parsed.kind === "name" && parameters.some(({ text }) => text === "resolve")) {
    upstream.resolves = true;
  }
  upstream.servers.push({ directive, address: parsed, ...settings });
}
