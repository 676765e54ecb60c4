import { isAbsolute, posix, win32 } from "node:path";
import type { IncludedFile } from "../contract.ts";
import { parse, type Directive, type ParsedFile } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";
import { SourceText } from "./source-text.ts";

/** More than any configuration has; keeps files that include each other from multiplying. */
const MOST_FILES = 2000;

/** nginx's words for files that are there and cannot be read. */
const PROBLEMS: Readonly<Record<"is a directory" | "must not be read", (path: string) => string>> =
  {
    "is a directory": (path) => `pread() "${path}" failed (21: Is a directory)`,
    "must not be read": (path) => `open() "${path}" failed (13: Permission denied)`,
  };

/** The includes of one reading: what is open, and how much there was. */
export class Includes {
  readonly #open: string[] = [];
  readonly #parsed = new Map<string, ParsedFile>();
  #count = 0;

  constructor(main: string) {
    this.#open.push(main);
  }

  /** Reads the files that an `include` names. */
  read(reading: Reading, directive: Directive, walk: (file: ParsedFile) => void): void {
    const pattern = directive.words[1]?.text ?? "";
    const { configuration } = reading;
    if (!configuration.include) {
      reading.complete = false;
      const message = `include "${pattern}" is left out: the file is not at hand here`;
      reading.report("note", message, placeOf(directive, 1));
      return;
    }
    const [full = pattern, ...others] = candidates(configuration.path, pattern);
    let files = configuration.include(full);
    for (const other of others) {
      if (files.length === 0) files = configuration.include(other);
    }
    if (files.length === 0 && !/[*?[]/.test(full)) {
      reading.complete = false;
      const message = `open() "${full}" failed (2: No such file or directory)`;
      reading.report("error", message, placeOf(directive, 1));
    }
    for (const file of files) this.#enter(reading, directive, file, walk);
  }

  #enter(
    reading: Reading,
    directive: Directive,
    included: IncludedFile,
    walk: (file: ParsedFile) => void,
  ): void {
    const { path } = included;
    if ("problem" in included) {
      reading.complete = false;
      reading.report("error", PROBLEMS[included.problem](path), placeOf(directive, 1));
      return;
    }
    if (this.#open.includes(path)) {
      reading.complete = false;
      const message = `open() "${path}" failed (24: Too many open files): it includes itself`;
      reading.report("error", message, placeOf(directive, 1));
      return;
    }
    this.#count++;
    if (this.#count > MOST_FILES) {
      reading.complete = false;
      if (this.#count > MOST_FILES + 1) return;
      const message = `more than ${MOST_FILES} files are included; the rest is left out`;
      reading.report("error", message, placeOf(directive, 1));
      return;
    }
    const file = this.#parsed.get(path) ?? parse(new SourceText(path, included.text));
    this.#parsed.set(path, file);
    this.#open.push(path);
    walk(file);
    this.#open.pop();
  }
}

/**
 * A relative name counts from the folder of the main file. A part of a configuration is mostly in
 * a folder beside that file, such as conf.d, so the folder above its own is tried too.
 */
function candidates(main: string, pattern: string): readonly string[] {
  const paths = /^[a-z]:[\\/]|^\\\\/i.test(main) ? win32 : posix;
  if (isAbsolute(pattern) || paths.isAbsolute(pattern) || !paths.isAbsolute(main)) return [pattern];
  const folder = paths.dirname(main);
  return [paths.join(folder, pattern), paths.join(paths.dirname(folder), pattern)];
}
