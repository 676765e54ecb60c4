import { Parser, type Node } from "@vscode/tree-sitter-wasm";
import { loadGrammar } from "../functions/load-grammar.ts";
import { evaluate } from "./go-evaluate.ts";
import { GoScope } from "./go-scope.ts";
import type { GoValue } from "./go-value.ts";
import { NO_CODE, type HystrixCode } from "./hystrix-code.ts";
import { readCode } from "./read-code.ts";

/** Larger files are not read: they are generated. */
const LONGEST = 1024 * 1024;

/** Constants of a package, by name. */
export type PackageConstants = ReadonlyMap<string, GoValue>;

/** Reads what Go files have of hystrix-go. The grammar is loaded when it is first needed. */
export class HystrixReader {
  readonly #wasmDir: string;
  #parser: Promise<Parser> | undefined;

  /** @param wasmDir folder with `tree-sitter.wasm` and `tree-sitter-go.wasm` */
  constructor(wasmDir: string) {
    this.#wasmDir = wasmDir;
  }

  /**
   * What a file has of hystrix-go. Never throws, whatever the text.
   * @param constants gives those of the package's other files; only asked when they are needed
   */
  async read(text: string, constants?: () => Promise<PackageConstants>): Promise<HystrixCode> {
    if (!mentionsHystrix(text)) return NO_CODE;
    if (text.length > LONGEST) return tooLong();
    const { code, isComplete } = await this.#parsed(text, (root) => {
      const scope = new GoScope(root);
      return { code: readCode(scope), isComplete: scope.missing.size === 0 };
    });
    if (!constants || isComplete) return code;
    const others = await constants();
    if (others.size === 0) return code;
    return this.#parsed(text, (root) => readCode(new GoScope(root, others)));
  }

  /** The constants that a file declares for its package, those that can be worked out. */
  async constantsOf(text: string): Promise<PackageConstants> {
    const found = new Map<string, GoValue>();
    if (text.length > LONGEST || !/^\s*const\b/m.test(text)) return found;
    await this.#parsed(text, (root) => {
      const scope = new GoScope(root);
      for (const declaration of root.namedChildren) {
        if (declaration?.type !== "const_declaration") continue;
        for (const name of declaration.descendantsOfType("const_spec").flatMap(namesOf)) {
          const value = evaluate(name, scope);
          if (value.kind !== "unknown") found.set(name.text, value);
        }
      }
    });
    return found;
  }

  async #parsed<T>(text: string, read: (root: Node) => T): Promise<T> {
    const parser = await (this.#parser ??= this.#open());
    const tree = parser.parse(text);
    if (!tree) throw new TypeError("The parser of Go has no language.");
    try {
      return read(tree.rootNode);
    } finally {
      tree.delete();
    }
  }

  async #open(): Promise<Parser> {
    const language = await loadGrammar(this.#wasmDir, "go");
    return new Parser().setLanguage(language);
  }
}

/** Whether a text has the path of hystrix-go at all. */
export function mentionsHystrix(text: string): boolean {
  return text.includes("hystrix-go/hystrix");
}

const namesOf = (spec: Node | null) =>
  spec?.childrenForFieldName("name").flatMap((each) => each ?? []) ?? [];

function tooLong(): HystrixCode {
  const message = "The file is larger than 1 MiB: its commands are not read.";
  const place = { line: 0, column: 0, endLine: 0, endColumn: 1 };
  return { ...NO_CODE, findings: [{ ...place, severity: "note", message }] };
}
