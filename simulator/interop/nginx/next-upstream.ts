import { NginxRetry } from "../../protocol/spec.ts";
import type { Directive } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";
import type { Scope } from "./scope.ts";

type Condition = NginxRetry["on"][number];
const CONDITIONS: readonly Condition[] = NginxRetry.shape.on.unwrap().element.options;

/** The words of each protocol's `…_next_upstream`. */
const OF_CGI = [
  ...CONDITIONS.filter((word) => !/^http_50[24]$/.test(word)),
  "updating",
] as readonly string[];
const WORDS: Readonly<Record<string, readonly string[]>> = {
  proxy: [...CONDITIONS, "updating"],
  grpc: CONDITIONS,
  fastcgi: OF_CGI,
  uwsgi: OF_CGI,
  scgi: OF_CGI,
  memcached: ["error", "timeout", "invalid_response", "not_found", "off"],
};

/** Checks the words of a `proxy_next_upstream` or its likes. */
export function checkNextUpstream(reading: Reading, directive: Directive, scope: Scope): void {
  const name = directive.words[0].text;
  const known = WORDS[/^(\w+)_next_upstream$/.exec(name)?.[1] ?? ""];
  if (!known) return;
  const seen = scope.conditions.get(name) ?? new Set();
  scope.conditions.set(name, seen);
  for (const [i, word] of directive.words.slice(1).entries()) {
    const lower = word.text.toLowerCase();
    if (!known.includes(lower)) {
      reading.refuse(`invalid value "${word.text}"`, directive, scope, i + 1);
      return;
    }
    if (seen.has(lower)) {
      const message = `duplicate value "${word.text}"`;
      reading.report("warning", message, placeOf(directive, i + 1));
    }
    seen.add(lower);
    if (!isCondition(lower)) {
      const message = `"${lower}" has no equivalent and is left out; nearest: invalid_header`;
      if (lower !== "updating") reading.report("warning", message, placeOf(directive, i + 1));
    }
  }
}

/** What a block's directives say together, in nginx's order; `off` beats all others. */
export function conditionsOf(directives: readonly Directive[]): Condition[] {
  const words = new Set(directives.flatMap(wordsOf));
  if (words.has("off")) return ["off"];
  return words.size === 0 ? ["error", "timeout"] : CONDITIONS.filter((each) => words.has(each));
}

function wordsOf({ words: [, ...rest] }: Directive): readonly string[] {
  return rest.map(({ text }) => text.toLowerCase());
}

function isCondition(word: string): word is Condition {
  return (CONDITIONS as readonly string[]).includes(word);
}
