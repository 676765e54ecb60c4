import type { ConfigurationSource, Finding } from "../contract.ts";
import type { Word } from "./lexer.ts";
import type { Directive } from "./parser.ts";
import type { Pass, Scope } from "./scope.ts";
import type { SourceText } from "./source-text.ts";
import type { Upstream } from "./upstream.ts";

/**
 * When nginx looks: while it reads; at the end of http {} at each upstream, then at the locations
 * and at the variables; while it reads the rest; and at last at the shared memory.
 */
const PHASES = ["reading", "upstreams", "locations", "variables", "rest", "zones"] as const;
type Phase = (typeof PHASES)[number];

export interface Place {
  readonly source: SourceText;
  /** nginx names the line of this offset. */
  readonly at: number;
  /** What is underlined where it is on that line. */
  readonly word?: Pick<Word, "start" | "end"> | undefined;
}

/** What is known of a configuration while it is read. */
export class Reading {
  readonly configuration: ConfigurationSource;
  readonly upstreams = new Map<string, Upstream>();
  /** By the name of their target in lower case. */
  readonly passes = new Map<string, Pass[]>();
  /** Variables that directives define, by name, with the directive. */
  readonly variables = new Map<string, Directive>();
  /** Sizes of shared memory zones; 0: not said so far. */
  readonly zones = new Map<string, { size: number; readonly first: Directive }>();
  /** Whether all of the configuration is at hand, so that what is not there is nowhere. */
  complete = true;
  /** Whether http {} has ended. */
  httpEnded = false;
  readonly #found: { readonly phase: Phase; readonly finding: Finding }[] = [];

  readonly #said = new Set<string>();

  constructor(configuration: ConfigurationSource) {
    this.configuration = configuration;
  }

  get version(): string | undefined {
    return this.configuration.version;
  }

  /** In nginx's order: the first error is the one that it prints. */
  get findings(): readonly Finding[] {
    return PHASES.flatMap((phase) =>
      this.#found.filter((each) => each.phase === phase).map(({ finding }) => finding),
    );
  }

  report(severity: Finding["severity"], message: string, place: Place, when?: Phase) {
    const phase = when ?? (this.httpEnded ? "rest" : "reading");
    const { source, at, word } = place;
    const line = source.lineAt(at);
    const [start, end] =
      word && source.lineAt(word.start) === line && source.lineAt(word.end) === line
        ? [word.start, Math.max(word.end, word.start + 1)]
        : [Math.min(source.firstWordOf(line), at), Math.max(at, source.firstWordOf(line)) + 1];
    const column = source.columnAt(start);
    const endColumn = source.columnAt(Math.min(end, source.endOf(line)));
    const finding: Finding = {
      file: source.path,
      line,
      column,
      ...(endColumn > column && { endColumn }),
      severity,
      message,
    };
    // A file that is included twice has nothing new to say.
    const key = JSON.stringify(finding);
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#found.push({ phase, finding });
  }

  /** An error in nginx's words at a directive, which the upstream around it does not survive. */
  refuse(message: string, directive: Directive, scope: Scope, argument = 0): void {
    if (scope.upstream) scope.upstream.broken = true;
    this.report("error", message, placeOf(directive, argument));
  }
}

/** Where nginx places a message about a directive, with the argument that it is about. */
export function placeOf(directive: Directive, argument = 0): Place {
  return { source: directive.source, at: directive.at, word: directive.words[argument] };
}
