import { Lexer, type LexicalError, type Word } from "./lexer.ts";
import type { SourceText } from "./source-text.ts";

/** A directive with where it ends, and what is in its block if it opens one. */
export interface Directive {
  readonly source: SourceText;
  readonly words: readonly [Word, ...Word[]];
  /** Offset of its `;` or `{`; nginx names the line of it. */
  readonly at: number;
  readonly block?: Block;
}

export interface Block {
  readonly directives: readonly Directive[];
  /** Offset of its `}`; absent: the file is cut off before. */
  readonly end?: number;
}

/** One file, as far as it can be read. */
export interface ParsedFile {
  readonly source: SourceText;
  readonly directives: readonly Directive[];
  /** Why the rest of it could not be read. */
  readonly error?: LexicalError;
}

/** Deeper than any configuration; keeps what walks the tree from running out of stack. */
const DEEPEST = 100;

interface Open {
  readonly opener: Omit<Directive, "block">;
  readonly directives: Directive[];
}

export function parse(source: SourceText): ParsedFile {
  const lexer = new Lexer(source);
  const top: Directive[] = [];
  const open: Open[] = [];
  const add = (directive: Directive): void => {
    (open.at(-1)?.directives ?? top).push(directive);
  };
  const close = (end?: number): void => {
    const last = open.pop();
    if (last) add({ ...last.opener, block: { directives: last.directives, end } });
  };
  const stop = (error?: LexicalError): ParsedFile => {
    while (open.length > 0) close();
    return { source, directives: top, error };
  };
  const fail = (message: string, at: number) => stop({ kind: "error", message, at });

  for (;;) {
    const statement = lexer.next();
    switch (statement.kind) {
      case "error":
        return stop(statement);
      case "directive":
        add({ source, words: statement.words, at: statement.at });
        break;
      case "block":
        if (open.length >= DEEPEST) return fail("blocks are nested too deeply", statement.at);
        open.push({
          opener: { source, words: statement.words, at: statement.at },
          directives: [],
        });
        // Lua has other quotes and comments than nginx.
        if (statement.words[0].text.endsWith("_by_lua_block")) close(lexer.skipBlock());
        break;
      case "block-end":
        if (open.length === 0) return fail('unexpected "}"', statement.at);
        close(statement.at);
        break;
      case "file-end":
        if (open.length === 0) return stop();
        return fail('unexpected end of file, expecting "}"', statement.at);
    }
  }
}
