import { optionNames, OPTIONS_WITH_ARGUMENTS } from "./keywords.ts";
import { proposal } from "./nearest-word.ts";
import { cInt } from "./numbers.ts";
import type { ProxySettings } from "./proxy.ts";
import { REMOVED_OPTIONS } from "./removed.ts";
import type { Statement } from "./statement.ts";
import { OPTIONS_WITHOUT_EQUIVALENT, OTHER_CHECKS } from "./without-equivalent.ts";

/** Reads `option NAME …` and `no option NAME …`. */
export function readOption(
  statement: Statement,
  settings: ProxySettings,
  version: string | undefined,
): void {
  const name = statement.arg(1);
  const names = optionNames(version);
  const removed = REMOVED_OPTIONS[name];
  if (name === "") {
    statement.error(0, "'option' expects an option name.");
  } else if (removed !== undefined && Object.hasOwn(REMOVED_OPTIONS, name)) {
    statement.error(1, removed);
  } else if (statement.negated && !names.negatable.has(name)) {
    statement.error(1, `negation/default is not supported for option '${name}'.`);
  } else if (!names.known.has(name)) {
    statement.error(1, `unknown option '${name}'${proposal(name, names.proposed, ".")}`);
  } else if (OPTIONS_WITH_ARGUMENTS.has(name) || !statement.refuseMoreThan(0, 1)) {
    applyOption(statement, name, settings);
  }
}

function applyOption(statement: Statement, name: string, settings: ProxySettings): void {
  const without = OPTIONS_WITHOUT_EQUIVALENT[name];
  if (without !== undefined && !statement.negated) statement.warn(1, without);
  if (name === "allbackups") settings.allBackups = !statement.negated;
  else if (name === "redispatch") settings.redispatch = redispatchOf(statement);
  else if (name === "httpchk") readHttpCheck(statement, settings);
  else if (OTHER_CHECKS.has(name)) {
    settings.httpCheck = undefined;
    settings.hasCheckRules ||= name === "tcp-check";
    statement.warn(
      1,
      `Checks are a GET of a path here, passed by any 2xx; nearest to \`${name}\`.`,
    );
  }
}

function redispatchOf(statement: Statement): number | undefined {
  if (statement.negated) return undefined;
  const every = statement.arg(2);
  return every === "" ? -1 : cInt(every);
}

function readHttpCheck(statement: Statement, settings: ProxySettings): void {
  if (statement.refuseMoreThan(3, 1)) return;
  const [first, second] = [statement.arg(2), statement.arg(3)];
  const method = second === "" ? "OPTIONS" : first;
  const path = second === "" ? first || "/" : second;
  if (method !== "GET") statement.note(1, `Checked with GET here, and not with ${method}.`);
  if (!path.startsWith("/")) statement.warn(2, `Checked with GET of / here, and not of ${path}.`);
  settings.httpCheck = { method, path: path.startsWith("/") ? path : "/" };
}
