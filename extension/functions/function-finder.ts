import { Parser, Query, type Node, type QueryMatch } from "@vscode/tree-sitter-wasm";
import { FUNCTION_PATTERNS } from "./function-queries.ts";
import { exampleOf, hasFunctionSignature } from "./function-shape.ts";
import type { Grammar } from "./grammar.ts";
import { loadGrammar } from "./load-grammar.ts";

/** A function that a module exports. */
export interface FoundFunction {
  /** Name under which it is exported; `default` for the default export. */
  readonly export: string;
  /** 0-based line and column where its statement begins. */
  readonly line: number;
  readonly column: number;
  /** Whether its parameters are those of a cluster's function: `(event)` or `(event, context)`. */
  readonly fitting: boolean;
  /** JSON of the `@example` in the comment above it. */
  readonly example?: string;
}

interface Place {
  readonly statement: Node;
  readonly parameters: Node;
}

/** Finds exported functions by their syntax trees. Grammars are loaded when first needed. */
export class FunctionFinder {
  readonly #wasmDir: string;
  readonly #loaded = new Map<Grammar, Promise<{ parser: Parser; query: Query }>>();

  /** @param wasmDir folder with `tree-sitter.wasm` and the grammars */
  constructor(wasmDir: string) {
    this.#wasmDir = wasmDir;
  }

  /** The functions that a module exports, in the order of its text. */
  async find(text: string, grammar: Grammar): Promise<FoundFunction[]> {
    const { parser, query } = await this.#load(grammar);
    const tree = parser.parse(text);
    if (!tree) return [];
    try {
      return functionsOf(query.matches(tree.rootNode));
    } finally {
      tree.delete();
    }
  }

  #load(grammar: Grammar): Promise<{ parser: Parser; query: Query }> {
    let loaded = this.#loaded.get(grammar);
    if (!loaded) this.#loaded.set(grammar, (loaded = this.#open(grammar)));
    return loaded;
  }

  async #open(grammar: Grammar): Promise<{ parser: Parser; query: Query }> {
    const language = await loadGrammar(this.#wasmDir, grammar);
    const parser = new Parser().setLanguage(language);
    const query = new Query(language, FUNCTION_PATTERNS.map(({ pattern }) => pattern).join("\n"));
    return { parser, query };
  }
}

function functionsOf(matches: readonly QueryMatch[]): FoundFunction[] {
  const locals = new Map<string, Place>();
  const exported = new Map<string, Place>();
  const references: { name: string; local: string }[] = [];
  for (const match of matches) {
    const node = (name: string) => match.captures.find((capture) => capture.name === name)?.node;
    const kind = FUNCTION_PATTERNS[match.patternIndex]?.kind;
    const name = node("name")?.text;
    const [statement, parameters] = [node("statement"), node("parameters")];
    const place = statement && parameters ? { statement, parameters } : undefined;
    if (kind === "reference") {
      const local = node("local")?.text ?? "";
      references.push({ local, name: name ?? (node("default") ? "default" : local) });
    } else if (!place) {
      continue;
    } else if (kind === "default") {
      exported.set("default", place);
    } else if (kind === "commonjs") {
      if (/^(module\.)?exports$/.test(node("object")?.text ?? "") && name)
        exported.set(name, place);
    } else if (name !== undefined) {
      (kind === "named" ? exported : locals).set(name, place);
    }
  }
  for (const { name, local } of references) {
    const place = locals.get(local) ?? exported.get(local);
    if (place) exported.set(name, place);
  }
  return [...exported]
    .map(([name, place]) => describe(name, place))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function describe(name: string, { statement, parameters }: Place): FoundFunction {
  const example = exampleOf(statement);
  return {
    export: name,
    line: statement.startPosition.row,
    column: statement.startPosition.column,
    fitting: hasFunctionSignature(parameters),
    ...(example !== undefined && { example }),
  };
}
