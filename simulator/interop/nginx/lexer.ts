import type { SourceText } from "./source-text.ts";

/** A word of a directive, its quotes and escapes resolved; offsets are those of its text. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What comes next in a file; `at` is the offset of the character that ends it. */
export type Statement =
  | {
      readonly kind: "directive" | "block";
      /** Its name and its arguments. */
      readonly words: readonly [Word, ...Word[]];
      readonly at: number;
    }
  | { readonly kind: "block-end" | "file-end"; readonly at: number }
  | LexicalError;

/** `at` is on the line that nginx names. */
export interface LexicalError {
  readonly kind: "error";
  readonly message: string;
  readonly at: number;
}

/** nginx reads files through a buffer of this size, into which a word must fit. */
const BUFFER_BYTES = 4096;

/** Reads a file statement by statement, as nginx's `ngx_conf_read_token` does. */
export class Lexer {
  readonly #source: SourceText;
  #position = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  next(): Statement {
    const { bytes } = this.#source;
    const words: Word[] = [];
    let start = this.#position;
    let atSpace = true;
    let needsSpace = false;
    let comment = false;
    let escaped = false;
    let variable = false;
    let quote = "";
    const terminated = (character: string, at: number): Statement => {
      const [first, ...rest] = words;
      if (!first) return unexpected(this.#source, at);
      return { kind: character === "{" ? "block" : "directive", words: [first, ...rest], at };
    };

    for (;;) {
      const at = this.#position;
      if (at >= bytes.length) {
        if (words.length === 0 && atSpace) return { kind: "file-end", at };
        return { kind: "error", message: 'unexpected end of file, expecting ";" or "}"', at };
      }
      if (at - start === BUFFER_BYTES) return tooLong(this.#source, start, quote);
      this.#position++;
      const character = bytes.charAt(at);
      if (character === "\n") comment = false;
      if (comment) continue;
      if (escaped) {
        escaped = false;
        continue;
      }
      if (needsSpace) {
        if (isSpace(character)) {
          atSpace = true;
          needsSpace = false;
          continue;
        }
        if (character === ";" || character === "{") return terminated(character, at);
        if (character !== ")") return unexpected(this.#source, at);
        atSpace = true;
        needsSpace = false;
      }
      if (atSpace) {
        start = at;
        if (isSpace(character)) continue;
        if (character === ";" || character === "{") return terminated(character, at);
        if (character === "}") {
          return words.length > 0 ? unexpected(this.#source, at) : { kind: "block-end", at };
        }
        if (character === "#") {
          comment = true;
          continue;
        }
        atSpace = false;
        if (character === "\\") escaped = true;
        else if (character === "$") variable = true;
        else if (character === '"' || character === "'") {
          quote = character;
          start++;
        }
        continue;
      }
      if (character === "{" && variable) continue;
      variable = character === "$";
      if (character === "\\") escaped = true;
      if (variable || escaped) continue;
      if (quote !== "") {
        if (character !== quote) continue;
        quote = "";
        needsSpace = true;
      } else {
        if (!isSpace(character) && character !== ";" && character !== "{") continue;
        atSpace = true;
      }
      words.push({ text: this.#unescape(start, at), start, end: at });
      if (character === ";" || character === "{") return terminated(character, at);
    }
  }

  /** Passes over a block of another language to behind its `}`; the offset of that, if it is there. */
  skipBlock(): number | undefined {
    const { bytes } = this.#source;
    let depth = 1;
    while (this.#position < bytes.length) {
      const at = this.#position++;
      const character = bytes.charAt(at);
      if (character === "{") depth++;
      else if (character === "}" && --depth === 0) return at;
    }
    return undefined;
  }

  #unescape(start: number, end: number): string {
    const raw = this.#source.bytes.slice(start, end);
    const text = raw.includes("\\") ? raw.replaceAll(/\\(["'\\trn])/g, unescaped) : raw;
    return this.#source.decode(text);
  }
}

const LETTERS: Readonly<Record<string, string>> = { t: "\t", r: "\r", n: "\n" };

function unescaped(_: string, character: string): string {
  return LETTERS[character] ?? character;
}

function isSpace(character: string): boolean {
  return character === " " || character === "\t" || character === "\r" || character === "\n";
}

function unexpected(source: SourceText, at: number): LexicalError {
  const character = source.characterAt(at);
  return { kind: "error", message: `unexpected "${character}"`, at };
}

function tooLong(source: SourceText, start: number, quote: string): LexicalError {
  const message =
    quote === ""
      ? `too long parameter "${source.decode(source.bytes.slice(start, start + 10))}..." started`
      : `too long parameter, probably missing terminating "${quote}" character`;
  return { kind: "error", message, at: start };
}
