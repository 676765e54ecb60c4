import { Conditions } from "./conditions.ts";
import { Variables } from "./environment.ts";
import { readGlobal, type GlobalSettings } from "./global.ts";
import { NOT_IN_DEFAULTS, proxyKeywords, SECTIONS } from "./keywords.ts";
import { proposal } from "./nearest-word.ts";
import { readOption } from "./options.ts";
import type { Proxy, ProxyKind } from "./proxy.ts";
import { ALONE, REMOVED } from "./removed.ts";
import type { Report } from "./report.ts";
import { readRoute } from "./routes.ts";
import { Sections } from "./sections.ts";
import { readServer } from "./server-line.ts";
import { SETTINGS } from "./settings-keywords.ts";
import { Statement } from "./statement.ts";
import { readTimeout } from "./timeouts.ts";
import { KEYWORDS_WITHOUT_EQUIVALENT } from "./without-equivalent.ts";
import { splitLine, type Word } from "./words.ts";

const NEGATABLE = new Set([
  ...["option", "log", "busy-polling", "set-dumpable", "strict-limits"],
  ...["insecure-fork-wanted", "numa-cpu-mapping"],
]);
const PROXY_KINDS: readonly string[] = ["defaults", "frontend", "backend", "listen"];

/** Wrong lines after which HAProxy reads no further. */
const MOST_ERRORS = 50;

/** Where a line stands. */
type Section =
  | { readonly kind: "none" | "other" | "global" | "left-out" }
  | { readonly kind: "proxy"; readonly proxy: Proxy };

/** Reads a configuration line by line, as HAProxy does. */
export class Reader {
  readonly #version: string | undefined;
  readonly #report: Report;
  readonly #sections: Sections;
  readonly #keywords: ReturnType<typeof proxyKeywords>;
  readonly #variables = new Variables();
  readonly #conditions = new Conditions();
  readonly #global: GlobalSettings = { connections: 0, verifiesServers: true };
  #section: Section = { kind: "none" };
  #lastLine = 1;

  constructor(file: string, version: string | undefined, report: Report) {
    this.#version = version;
    this.#report = report;
    this.#sections = new Sections(file);
    this.#keywords = proxyKeywords(version);
  }

  /** The sections that were read, without `defaults`. */
  get proxies(): readonly Proxy[] {
    return this.#sections.proxies;
  }

  /** What `global` says. */
  get global(): Readonly<GlobalSettings> {
    return this.#global;
  }

  /** Reads one line; answers `stop` when HAProxy reads no further. */
  read(number: number, text: string): "stop" | undefined {
    this.#lastLine = number;
    if (this.#report.errorLines.size >= MOST_ERRORS) {
      const what = `too many fatal errors (${MOST_ERRORS}), stopping now.`;
      this.#report.add("error", { line: number, column: 1 }, what);
      return "stop";
    }
    const { words, error } = splitLine(text, this.#variables.environment);
    if (error) {
      if (!this.#conditions.reads) return;
      this.#report.add("error", { line: number, column: error.column }, error.message);
      return;
    }
    const unknown = this.#variables.takeUnknown();
    const statement = this.#statementOf(number, words, unknown.length === 0);
    if (statement.keyword === "" && !statement.negated) return;
    if (statement.keyword.startsWith(".")) return this.#conditions.take(statement);
    if (!this.#conditions.reads) return;
    for (const name of unknown) {
      statement.note(0, `The variable ${name} is not known here; its name stands for its value.`);
    }
    if (SECTIONS.has(statement.keyword)) return this.#begin(statement);
    this.#readIn(statement);
    return;
  }

  /** The text is over. */
  end(): void {
    if (!this.#conditions.isOpen) return;
    const place = { line: this.#lastLine, column: 1 };
    this.#report.add("error", place, "non-terminated '.if' block.");
  }

  #statementOf(line: number, words: readonly Word[], isCertain: boolean): Statement {
    const modifier = words[0]?.text;
    if (modifier !== "no" && modifier !== "default") {
      return new Statement(line, words, { negated: false, isCertain }, this.#report);
    }
    // Behind `default` HAProxy 2.6 reads the last word twice.
    const last = modifier === "default" ? words.slice(1).slice(-1) : [];
    const how = { negated: true, isCertain };
    const statement = new Statement(line, [...words.slice(1), ...last], how, this.#report);
    if (!NEGATABLE.has(statement.keyword)) {
      statement.error(
        0,
        "negation/default currently supported only for options, log, busy-polling, set-dumpable, strict-limits, insecure-fork-wanted and numa-cpu-mapping.",
      );
    }
    return statement;
  }

  #begin(statement: Statement): "stop" | undefined {
    const { keyword } = statement;
    if (!PROXY_KINDS.includes(keyword)) {
      this.#section = { kind: keyword === "global" ? "global" : "other" };
      return;
    }
    const proxy = this.#sections.begin(statement, keyword as ProxyKind);
    if (proxy === "stop") return proxy;
    this.#section = proxy === "left-out" ? { kind: proxy } : { kind: "proxy", proxy };
    return;
  }

  #readIn(statement: Statement): void {
    switch (this.#section.kind) {
      case "proxy":
        this.#section.proxy.endLine = statement.line;
        this.#readInProxy(statement, this.#section.proxy);
        return;
      case "global":
        this.#readInGlobal(statement);
        return;
      case "other":
        return;
      case "left-out":
        statement.error(0, "'listen' or 'defaults' expected.");
        return;
      case "none":
        statement.error(0, `unknown keyword '${statement.keyword}' out of section.`);
    }
  }

  #readInGlobal(statement: Statement): void {
    const { keyword } = statement;
    if (keyword === "setenv" || keyword === "presetenv") {
      this.#variables.set(statement.arg(1), statement.arg(2), keyword === "presetenv");
    }
    readGlobal(statement, this.#global, PROXY_KINDS, this.#version);
  }

  #readInProxy(statement: Statement, proxy: Proxy): void {
    const { keyword } = statement;
    const { settings } = proxy;
    const [removed, alone] = [REMOVED[keyword], ALONE[keyword]];
    if (removed !== undefined && Object.hasOwn(REMOVED, keyword)) {
      statement.error(0, removed);
    } else if (!this.#keywords.known.has(keyword)) {
      const near = proposal(keyword, this.#keywords.proposed, "");
      const where = `in '${proxy.kind}' section`;
      statement.error(0, `unknown keyword '${keyword}' ${where}${near}`);
    } else if (proxy.kind === "defaults" && NOT_IN_DEFAULTS.has(keyword)) {
      statement.error(0, `'${keyword}' not allowed in 'defaults' section.`);
    } else if (["server", "server-template", "default-server"].includes(keyword)) {
      readServer(statement, proxy, this.#version);
    } else if (keyword === "option") {
      readOption(statement, settings, this.#version);
    } else if (keyword === "timeout") {
      readTimeout(statement, settings, this.#version);
    } else if (Object.hasOwn(SETTINGS, keyword)) {
      if (keyword === "balance") proxy.balanceLine = statement.line;
      SETTINGS[keyword]?.(statement, settings, this.#version);
    } else if (alone !== undefined && statement.arg(1) === "") {
      statement.error(0, alone);
    } else {
      if (keyword === "use_backend" || keyword === "default_backend") readRoute(statement, proxy);
      if (keyword === "http-check" || keyword === "tcp-check") settings.hasCheckRules = true;
      const without = KEYWORDS_WITHOUT_EQUIVALENT[keyword];
      if (without !== undefined && proxy.kind !== "frontend") statement.warn(0, without);
    }
  }
}
