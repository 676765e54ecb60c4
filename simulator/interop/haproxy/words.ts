import { variableIn, type Environment } from "./environment.ts";

/** One word of a line after quotes and escapes; columns are 1-based, the end is exclusive. */
export interface Word {
  readonly text: string;
  readonly column: number;
  readonly endColumn: number;
}

export interface Line {
  readonly words: readonly Word[];
  /** In HAProxy's words; it reads nothing of such a line. */
  readonly error?: { readonly message: string; readonly column: number };
}

/** HAProxy's MAX_LINE_ARGS. */
const MOST_WORDS = 64;
const SPACE = /[ \t\v\f\r]/;
/** What may follow a backslash, and what it then stands for. */
const ESCAPES: Readonly<Record<string, string>> = {
  " ": " ",
  "\\": "\\",
  "#": "#",
  "'": "'",
  '"': '"',
  t: "\t",
  n: "\n",
  r: "\r",
};

/** Splits a line as HAProxy's parse_line does: quotes, backslashes, variables, comments. */
export function splitLine(line: string, environment: Environment): Line {
  const words: Word[] = [];
  let text = "";
  let start: number | undefined;
  let quote: { readonly kind: string; readonly at: number } | undefined;
  const emit = (part: string, at: number) => {
    text += part;
    start ??= at;
  };
  const end = (at: number) => {
    if (start !== undefined) words.push({ text, column: start + 1, endColumn: at + 1 });
    [text, start] = ["", undefined];
  };
  const fail = (what: string, at: number): Line => ({
    words,
    error: { message: `${what} at position ${at + 1}`, column: at + 1 },
  });
  let i = 0;
  while (i < line.length) {
    const c = line.charAt(i);
    if (c === "\0" || (c === "#" && !quote)) break;
    if ((c === '"' || c === "'") && (!quote || quote.kind === c)) {
      start ??= i;
      quote = quote ? undefined : { kind: c, at: i };
      i++;
    } else if (c === "\\" && quote?.kind !== "'") {
      const next = line.charAt(i + 1);
      if (next === "x") {
        const code = /^[0-9a-f]{2}/i.exec(line.slice(i + 2))?.[0];
        if (code === undefined) return fail("truncated or invalid hexadecimal sequence", i);
        emit(String.fromCharCode(parseInt(code, 16)), i);
        i += 4;
      } else {
        const meant = next === "$" && quote ? next : ESCAPES[next];
        emit(meant ?? c, i);
        i += meant === undefined ? 1 : 2;
      }
    } else if (c === "$" && quote?.kind === '"') {
      const variable = variableIn(line, i);
      if ("error" in variable) return fail(variable.error, variable.at);
      emit(environment(variable), i);
      i = variable.end;
    } else if (SPACE.test(c) && !quote) {
      end(i);
      i++;
    } else {
      emit(c, i);
      i++;
    }
  }
  if (quote) return fail("unmatched quote", quote.at);
  end(i);
  return words.length > MOST_WORDS ? { words: [], error: tooMany(words) } : { words };
}

function tooMany(words: readonly Word[]): { message: string; column: number } {
  const kept = words.slice(0, MOST_WORDS);
  const last = kept[MOST_WORDS - 1];
  const before = kept.slice(0, -1).reduce((sum, { text }) => sum + text.length + 1, 0);
  return {
    message: `too many words, truncating after word ${MOST_WORDS}, position ${before + 1}: <${last?.text ?? ""}>.`,
    column: last?.column ?? 1,
  };
}
