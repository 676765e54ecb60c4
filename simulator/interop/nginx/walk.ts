import { checkLocation } from "./check-location.ts";
import { type Context, type DirectiveUse, ownerOf, usesOf } from "./directives.ts";
import type { Includes } from "./include.ts";
import { parseLocation } from "./location.ts";
import { checkNextUpstream } from "./next-upstream.ts";
import type { Directive, ParsedFile } from "./parser.ts";
import { readPass } from "./passes.ts";
import { placeOf, type Reading } from "./reading.ts";
import { openScope, type Scope } from "./scope.ts";
import { beginUpstream, endUpstream } from "./upstream-block.ts";
import { readUpstreamDirective } from "./upstream-directives.ts";
import { checkValue } from "./value-check.ts";
import { definedVariable, namedCaptures, variablesOf } from "./variables.ts";

/** Blocks of tables: what stands in them are no directives. */
const TABLES = new Set(["types", "map", "geo", "split_clients", "charset_map", "geoip2"]);

/** Deeper than any configuration, its includes counted. */
const DEEPEST = 200;

/** Reads a file's directives where they stand, then says what cuts it off. */
export function walkFile(
  reading: Reading,
  includes: Includes,
  file: ParsedFile,
  scope: Scope,
): void {
  if (scope.depth > DEEPEST) return;
  for (const directive of file.directives) walk(reading, includes, directive, scope);
  if (file.error) {
    const { message, at } = file.error;
    const word = { start: at, end: at + 1 };
    reading.report("error", message, { source: file.source, at, word });
    // Behind http {} nothing is missing any more.
    reading.complete &&= reading.httpEnded;
  }
}

function walk(reading: Reading, includes: Includes, directive: Directive, scope: Scope): void {
  const use = checkedUse(reading, directive, scope);
  if (!use) return;
  const name = directive.words[0].text;
  defineVariables(reading, directive, scope);
  if (name === "include") {
    includes.read(reading, directive, (file) => {
      walkFile(reading, includes, file, openIncluded(scope));
    });
    return;
  }
  const earlier = scope.settings.get(name);
  checkValue(reading, directive, scope, use.value, earlier !== undefined);
  if (earlier) earlier.push(directive);
  else scope.settings.set(name, [directive]);
  if (name.endsWith("_pass")) readPass(reading, directive, scope);
  else if (name.endsWith("_next_upstream")) checkNextUpstream(reading, directive, scope);
  if (scope.upstream) readUpstreamDirective(reading, directive, scope.upstream, scope);
  if (name === "load_module") reading.complete = false;
  if (name === "split_clients") {
    const message =
      "split_clients chooses by a hash of its own; nearest: servers with weights, or `hash` of the same text";
    reading.report("warning", message, placeOf(directive));
  }
  if (directive.block) walkBlock(reading, includes, directive, scope);
}

function defineVariables(reading: Reading, directive: Directive, scope: Scope): void {
  const words = directive.words.map(({ text }) => text);
  for (const name of namedCaptures(words)) {
    reading.variables.set(name, directive);
  }
  const target = definedVariable(words);
  if (target === undefined) return;
  const name = words[target] ?? "";
  if (name.startsWith("$") && name.length > 1)
    reading.variables.set(name.slice(1).toLowerCase(), directive);
  else reading.refuse(`invalid variable name "${name}"`, directive, scope, target);
  const problem = words[0] === "set" ? variablesOf(words[2] ?? "") : [];
  if (typeof problem === "string") reading.refuse(problem, directive, scope, 2);
}

/** An included file is read as if it stood in place of the `include`. */
function openIncluded(scope: Scope): Scope {
  return { ...scope, depth: scope.depth + 1 };
}

function walkBlock(reading: Reading, includes: Includes, directive: Directive, scope: Scope): void {
  const { block } = directive;
  if (!block) return;
  const name = directive.words[0].text;
  if (name === "upstream") {
    const upstream = beginUpstream(reading, directive);
    if (!upstream) return;
    const inner = openScope("u", scope, { upstream });
    for (const each of block.directives) walk(reading, includes, each, inner);
    endUpstream(reading, upstream, block.end);
    return;
  }
  if (name === "stream" || name === "mail") {
    reading.report(
      "warning",
      `${name} {} is not read: only HTTP is balanced; nearest: the same upstream in http {}`,
      placeOf(directive),
    );
    return;
  }
  if (TABLES.has(name)) {
    for (const { words, block: inner, ...rest } of block.directives) {
      if (inner) reading.report("error", 'unexpected "{"', { ...rest });
      for (const name of namedCaptures(words.map(({ text }) => text))) {
        reading.variables.set(name, directive);
      }
    }
    return;
  }
  const inner = contextIn(name, scope.context);
  if (!inner) return;
  const location = name === "location" ? parseLocation(directive) : undefined;
  if (location !== undefined) checkLocation(reading, directive, scope, location);
  const innerScope = openScope(inner, scope, {
    location: typeof location === "object" ? location : undefined,
  });
  if (innerScope.depth > DEEPEST) return;
  for (const each of block.directives) walk(reading, includes, each, innerScope);
  if (name === "http" && block.end !== undefined) reading.httpEnded = true;
}

function contextIn(block: string, around: Context): Context | undefined {
  switch (block) {
    case "http":
      return "h";
    case "events":
      return "E";
    case "server":
      return "s";
    case "location":
      return "l";
    case "limit_except":
      return "x";
    case "if":
      return around === "s" ? "S" : "L";
    default:
      return undefined;
  }
}

/** How a directive is used here; absent: it must not be, and that was said. */
function checkedUse(
  reading: Reading,
  directive: Directive,
  scope: Scope,
): DirectiveUse | undefined {
  const name = directive.words[0].text;
  const uses = usesOf(name, reading.version);
  const owner = uses.length === 0 && !scope.upstream ? ownerOf(name) : undefined;
  if (owner !== undefined) {
    reading.complete = false;
    const message = `"${name}" is of ${owner}, not of nginx; it is left out`;
    reading.report("note", message, placeOf(directive));
    return undefined;
  }
  const use = uses.find(({ contexts }) => contexts.includes(scope.context));
  const problem = use ? misuse(directive, use) : `"${name}" directive is not allowed here`;
  if (problem === undefined) return use;
  const message = uses.length === 0 ? `unknown directive "${name}"` : problem;
  reading.refuse(message, directive, scope);
  return undefined;
}

/** nginx's complaint about how a directive ends and what it takes. */
function misuse({ words, block }: Directive, use: DirectiveUse): string | undefined {
  const name = words[0].text;
  if (!use.block && block) return `directive "${name}" is not terminated by ";"`;
  if (use.block && !block) return `directive "${name}" has no opening "{"`;
  if (use.takes(words.length - 1)) return undefined;
  return `invalid number of arguments in "${name}" directive`;
}
