/** Longest name or text that is kept. */
const LONGEST_TEXT = 200;
/** Most entries of a map that are kept; Hystrix has 20 settings. */
const MOST_ENTRIES = 64;

/** Reads the fields of an event that may have any; remembers the first that is not as expected. */
export class FieldReader {
  readonly #fields: Readonly<Record<string, unknown>>;
  #complaint: string | undefined;

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  /** Such as `errorCount is a string.` */
  get complaint(): string | undefined {
    return this.#complaint;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#fields, key);
  }

  /** A text, cut when it is very long; empty when there is none. */
  text(key: string): string {
    const value = this.#value(key);
    if (typeof value === "string") return cut(value);
    if (value !== undefined) this.#expected(key, value);
    return "";
  }

  /** A finite number; `absent` when there is none. */
  number(key: string, absent = 0): number {
    const value = this.#value(key);
    if (isNumber(value)) return value;
    if (value !== undefined) this.#expected(key, value);
    return absent;
  }

  /**
   * Whether it is true anywhere. Turbine tells of several hosts: as the number of those where it
   * is, or as how many say what, such as `{"false":2,"true":1}`, also as text.
   */
  flag(key: string): boolean {
    const value = this.#value(key);
    const parsed = typeof value === "string" ? parsedFlag(value) : value;
    if (typeof parsed === "boolean") return parsed;
    if (isNumber(parsed)) return parsed > 0;
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
      const count = (parsed as { true?: unknown }).true ?? 0;
      if (isNumber(count)) return count > 0;
    }
    if (value !== undefined) this.#expected(key, value);
    return false;
  }

  /** The numbers that are not 0 of all fields with this prefix, by the rest of their names. */
  numbersAfter(prefix: string): Record<string, number> {
    return this.#entries(prefix, (key) => this.number(key) || undefined);
  }

  /** The numbers of an object. */
  numbersIn(key: string, convert: (value: number) => number): Record<string, number> {
    const value = this.#value(key);
    if (value === undefined) return {};
    if (typeof value !== "object" || Array.isArray(value)) {
      this.#expected(key, value);
      return {};
    }
    const entries: [string, unknown][] = Object.entries(value ?? {});
    const numbers = entries.slice(0, MOST_ENTRIES).flatMap(([name, each]) => {
      if (isNumber(each)) return [[cut(name), convert(each)] as const];
      this.#expected(`${key}.${cut(name)}`, each);
      return [];
    });
    return Object.fromEntries(numbers);
  }

  /** All fields with this prefix, by the rest of their names; Turbine's flags are of one host. */
  settings(
    prefix: string,
    convert: (value: number) => number,
  ): Record<string, string | number | boolean> {
    return this.#entries(prefix, (key) => {
      const value = this.#value(key);
      if (isNumber(value)) return convert(value);
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "false") return value === "true";
      if (typeof value === "string") return value === "" ? undefined : cut(value);
      // Several hosts say different things.
      if (value !== undefined) return cut(JSON.stringify(value));
      return undefined;
    });
  }

  #entries<T>(prefix: string, read: (key: string) => T | undefined): Record<string, T> {
    const entries: [string, T][] = [];
    for (const key of Object.keys(this.#fields)) {
      if (entries.length >= MOST_ENTRIES) break;
      const value = key.startsWith(prefix) ? read(key) : undefined;
      if (value !== undefined) entries.push([cut(key.slice(prefix.length)), value]);
    }
    return Object.fromEntries(entries);
  }

  /** Null stands for nothing: Netflix's setting without a value. */
  #value(key: string): unknown {
    return this.has(key) ? (this.#fields[key] ?? undefined) : undefined;
  }

  #expected(key: string, value: unknown): void {
    this.#complaint ??= `${key} is ${Array.isArray(value) ? "a list" : `of type ${typeof value}`}, which it should not be.`;
  }
}

const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

const cut = (text: string) => (text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text);

function parsedFlag(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
