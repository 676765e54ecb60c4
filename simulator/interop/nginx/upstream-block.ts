import type { Directive } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";
import type { Upstream } from "./upstream.ts";

/** Opens an `upstream`; absent: it is one too many. */
export function beginUpstream(reading: Reading, directive: Directive): Upstream | undefined {
  const name = directive.words[1]?.text ?? "";
  const key = name.toLowerCase();
  if (reading.upstreams.has(key)) {
    reading.report("error", `duplicate upstream "${name}"`, placeOf(directive, 1));
    return undefined;
  }
  const upstream: Upstream = {
    name,
    directive,
    hashes: [],
    servers: [],
    serverCount: 0,
    redefinable: false,
    zoned: false,
    resolves: false,
    broken: false,
  };
  reading.upstreams.set(key, upstream);
  const earlier = reading.passes.get(key)?.find(({ port }) => port !== undefined);
  if (earlier) {
    upstream.broken = true;
    const message = `upstream "${name}" may not have port ${earlier.port ?? 0}`;
    reading.report("error", message, placeOf(earlier.directive, 1));
  }
  return upstream;
}

/** Closes an `upstream` at its `}`; `end` is absent when the file is cut off before. */
export function endUpstream(reading: Reading, upstream: Upstream, end: number | undefined): void {
  const { directive, servers } = upstream;
  if (end === undefined) {
    upstream.broken = true;
    return;
  }
  const fail = (message: string): void => {
    upstream.broken = true;
    reading.report("error", message, placeOf(directive, 1), "upstreams");
  };
  if (upstream.serverCount === 0) {
    upstream.broken = true;
    const message = "no servers are inside upstream";
    reading.report("error", message, {
      source: directive.source,
      at: end,
      word: { start: end, end: end + 1 },
    });
  } else if (upstream.resolves && !upstream.zoned) {
    const line = directive.source.lineAt(directive.at);
    const where = `upstream "${upstream.name}" in ${directive.source.path}:${line}`;
    fail(`resolving names at run time requires ${where} to be in shared memory`);
  } else if (!upstream.broken && servers.every(({ backup }) => backup)) {
    fail(`no servers in upstream "${upstream.name}"`);
  }
}
