/** `$NAME`, `${NAME}`, `${NAME-default}` or `${NAME[*]}` inside double quotes. */
export interface Variable {
  readonly name: string;
  readonly preset: string | undefined;
  /** As it is written. */
  readonly text: string;
  /** Offset behind it. */
  readonly end: number;
}

/** What stands for a variable. */
export type Environment = (variable: Variable) => string;

/** Reads the variable that begins with the `$` at an offset, or says what is wrong with it. */
export function variableIn(line: string, at: number): Variable | { error: string; at: number } {
  const braced = line.charAt(at + 1) === "{";
  const from = at + (braced ? 2 : 1);
  const name = /^[a-z_.][a-z0-9_]*/i.exec(line.slice(from))?.[0];
  if (name === undefined) {
    return { error: "forbidden first char in environment variable name", at: from };
  }
  let end = from + name.length;
  if (!braced) return { name, preset: undefined, text: line.slice(at, end), end };
  let preset: string | undefined;
  if (line.startsWith("[*]", end)) end += 3;
  if (line.charAt(end) === "-") {
    const close = line.indexOf("}", end);
    if (close >= 0) [preset, end] = [line.slice(end + 1, close), close];
  }
  if (line.charAt(end) !== "}") {
    return { error: "unmatched brace in environment variable name", at: at + 1 };
  }
  return { name, preset, text: line.slice(at, end + 1), end: end + 1 };
}

/** The variables that a configuration sets itself; all others are those of another machine. */
export class Variables {
  readonly #set = new Map<string, string>();
  /** Names that were asked for and are unknown, since the last look. */
  #unknown: string[] = [];

  readonly environment: Environment = ({ name, preset, text }) => {
    const value = this.#set.get(name) ?? preset;
    if (value !== undefined) return value;
    this.#unknown.push(name);
    return text;
  };

  /** HAProxy's `setenv` and `presetenv`. */
  set(name: string, value: string, onlyIfNew: boolean): void {
    if (!onlyIfNew || !this.#set.has(name)) this.#set.set(name, value);
  }

  takeUnknown(): readonly string[] {
    const unknown = this.#unknown;
    this.#unknown = [];
    return unknown;
  }
}
