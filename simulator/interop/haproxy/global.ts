import { hasRelease } from "../../kernel/release.ts";
import { GLOBAL_KEYWORDS } from "./keywords.ts";
import { proposal } from "./nearest-word.ts";
import { cInt } from "./numbers.ts";
import { REMOVED_GLOBALS } from "./removed.ts";
import type { Statement } from "./statement.ts";

/** What `global` says that matters to the other sections. */
export interface GlobalSettings {
  /** `maxconn`; 0: by the machine's limits. */
  connections: number;
  /** Whether servers' certificates are verified unless they say otherwise. */
  verifiesServers: boolean;
}

/** Reads a statement of `global`; `sections` are the words that would begin another one. */
export function readGlobal(
  statement: Statement,
  settings: GlobalSettings,
  sections: readonly string[],
  version: string | undefined,
): void {
  const { keyword } = statement;
  const removed = REMOVED_GLOBALS[keyword];
  // What later releases brought is not known here by name.
  const isOfThis = version !== undefined && !hasRelease(version, "2.7");
  if (removed !== undefined) statement.error(0, removed);
  else if (keyword === "maxconn") settings.connections = Math.max(0, cInt(statement.arg(1)));
  else if (keyword === "ssl-server-verify") settings.verifiesServers = statement.arg(1) !== "none";
  else if (isOfThis && !GLOBAL_KEYWORDS.has(keyword)) {
    const near = proposal(keyword, [...GLOBAL_KEYWORDS, ...sections], "");
    statement.error(0, `unknown keyword '${keyword}' in 'global' section${near}`);
  }
}
