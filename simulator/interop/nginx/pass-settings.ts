import type { ServiceFile } from "../../protocol/spec.ts";
import { limited, limitedDuration } from "./limits.ts";
import { conditionsOf } from "./next-upstream.ts";
import type { Directive } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";
import { inherited, type Pass } from "./scope.ts";
import { parseInteger, parseTime } from "./values.ts";

type Settings = Required<Pick<ServiceFile, "retry" | "timeout">>;

const DEFAULT_TIMEOUT_MS = 60_000;

/** How an upstream is asked again, and how long: from the place that passes requests to it. */
export function passSettings(reading: Reading, passes: readonly Pass[]): Settings {
  const [first, ...others] = passes;
  const settings = settingsOf(reading, first);
  if (first) noteOtherTimeouts(reading, first);
  const text = JSON.stringify(settings);
  for (const other of others) {
    if (JSON.stringify(settingsOf(reading, other)) === text) continue;
    const { source, at } = first?.directive ?? other.directive;
    const message =
      `other retries or timeouts than in ${source.path}:${source.lineAt(at)}, which are read: ` +
      "a service has one setting; nearest: an upstream of its own for this place";
    reading.report("warning", message, placeOf(other.directive));
  }
  return settings;
}

function settingsOf(reading: Reading, pass: Pass | undefined): Settings {
  const of = (name: string): readonly Directive[] =>
    pass ? inherited(pass.scope, `${pass.protocol}_${name}`) : [];
  const tries = of("next_upstream_tries")[0];
  const within = of("next_upstream_timeout")[0];
  const read = of("read_timeout")[0];
  return {
    retry: {
      rules: "nginx",
      on: conditionsOf(of("next_upstream")),
      tries: tries
        ? limited(reading, tries, parseInteger(valueOf(tries)) ?? 0, Number.MAX_SAFE_INTEGER)
        : 0,
      timeout: within ? limitedDuration(reading, within, timeOf(within) ?? 0) : "0ms",
    },
    timeout: read
      ? // With 0 nginx gives up at once; the shortest there is comes nearest.
        limitedDuration(reading, read, Math.max(timeOf(read) ?? DEFAULT_TIMEOUT_MS, 1))
      : "60s",
  };
}

function noteOtherTimeouts(reading: Reading, { protocol, scope }: Pass): void {
  for (const which of ["connect", "send"]) {
    const [directive] = inherited(scope, `${protocol}_${which}_timeout`);
    if (!directive) continue;
    const message = `left out: an attempt has one timeout here, that of ${protocol}_read_timeout`;
    reading.report("note", message, placeOf(directive));
  }
}

function valueOf(directive: Directive): string {
  return directive.words[1]?.text ?? "";
}

function timeOf(directive: Directive): number | undefined {
  return parseTime(valueOf(directive), "ms");
}
