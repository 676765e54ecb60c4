import { DIRECTIVES, NEWER_AND_OPTIONAL } from "./directive-names.ts";
import { hasRelease } from "../../kernel/release.ts";

/** A place in a configuration, as in `directive-names.ts`. */
export type Context = "M" | "E" | "h" | "s" | "l" | "u" | "S" | "L" | "x";

/** One way to use a directive. */
export interface DirectiveUse {
  readonly contexts: string;
  readonly block: boolean;
  readonly value: string;
  readonly since: string | undefined;
  /** Whether it takes so many arguments. */
  readonly takes: (count: number) => boolean;
}

const uses = new Map<string, DirectiveUse[]>();
for (const group of `${NEWER_AND_OPTIONAL}${DIRECTIVES}`.replaceAll("\n  ", " ").split("\n")) {
  const [head = "", names] = group.split(": ");
  if (names === undefined) continue;
  const [contexts = "", counts = "", rule = ""] = head.split(" ");
  const [value = "-", since] = rule.split("@");
  const least = /^(\d)\+/.exec(counts)?.[1];
  const use: DirectiveUse = {
    contexts,
    block: counts.endsWith("{"),
    value,
    since,
    takes: (count) =>
      least === undefined ? counts.includes(String(count)) : count >= Number(least),
  };
  for (const name of names.split(" ")) uses.set(name, [...(uses.get(name) ?? []), use]);
}

/** How a release takes a directive; none: it does not know it. */
export function usesOf(name: string, version: string | undefined): readonly DirectiveUse[] {
  return (uses.get(name) ?? []).filter(
    ({ since }) => since === undefined || hasRelease(version, since),
  );
}

/** Where a text seems to belong whose first directives are these: a whole file, or a part. */
export function contextOf(names: readonly string[]): Context {
  const known = names.map((name) => usesOf(name, undefined)).filter((each) => each.length > 0);
  const allowed = (context: Context) =>
    known.every((each) => each.some(({ contexts }) => contexts.includes(context)));
  if (known.some((each) => each.every(({ contexts }) => contexts === "M"))) return "M";
  return (["h", "s", "l", "u", "E"] as const).find(allowed) ?? "h";
}

/*
 * Directives of other people's modules and of the commercial nginx, which stand in configurations
 * that work where those are installed.
 */
const FOREIGN: readonly (readonly [pattern: RegExp, owner: string])[] = [
  [/_by_lua(_block|_file)?$|^lua_/, "the Lua module (OpenResty)"],
  [/^js_/, "njs"],
  [/^more_(set|clear)_/, "headers-more"],
  [/^brotli|^zstd/, "a compression module"],
  [/^vhost_traffic_status|^stream_server_traffic|^pagespeed/, "a module of others"],
  [/^modsecurity|^ModSecurity|^SecRules|^security_/, "ModSecurity"],
  [/^echo|^geoip2|^fancyindex|^upload_|^dav_ext|^push_stream|^nchan_|^rtmp$/, "a module of others"],
  [/^otel_|^opentracing|^opentelemetry|^acme_|^passenger_/, "a module of others"],
  [
    /^(auth_jwt|auth_oidc|keyval|zone_sync|f4f|hls|api$|status_zone$|health_check|match$|mgmt$)/,
    "the commercial nginx",
  ],
];

/** Whose module a directive belongs to that nginx itself does not have. */
export function ownerOf(name: string): string | undefined {
  return FOREIGN.find(([pattern]) => pattern.test(name))?.[1];
}
