/** One line of a properties file that gives a key a value. Lines and columns from 1. */
export interface PropertyLine {
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly column: number;
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

/** The keys and values of a properties file, as `java.util.Properties` reads it. Never throws. */
export function parseProperties(text: string): PropertyLine[] {
  const found: PropertyLine[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index] ?? "";
    let logical = first.trimStart();
    if (logical === "" || /^[#!]/.test(logical)) continue;
    const [line, column] = [index + 1, first.length - logical.length + 1];
    const parts: string[] = [];
    while (isContinued(logical) && index + 1 < lines.length) {
      parts.push(logical.slice(0, -1));
      logical = (lines[++index] ?? "").trimStart();
    }
    parts.push(isContinued(logical) ? logical.slice(0, -1) : logical);
    found.push({ ...split(parts.join("")), line, column });
  }
  return found;
}

/** A key as it is written: what would end it, and what is not ASCII, escaped. */
export function escapeKey(key: string): string {
  return key.replaceAll(/[\\:=#!\s]|[^ -~]/g, (character) => {
    if (/[\\:=#! ]/.test(character)) return `\\${character}`;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Whether a line ends with an odd number of backslashes. */
function isContinued(line: string): boolean {
  let backslashes = 0;
  while (line.at(-1 - backslashes) === "\\") backslashes++;
  return backslashes % 2 === 1;
}

/** The key ends at the first `=`, `:` or blank that is not escaped. */
function split(logical: string): { key: string; value: string } {
  const [, key = "", rest = ""] = /^((?:\\.|[^\\=:\s])*)(.*)$/s.exec(logical) ?? [];
  return { key: unescape(key), value: unescape(rest.replace(/^\s*[=:]?\s*/, "")).trim() };
}

function unescape(text: string): string {
  const escape = /\\(?:u([0-9a-f]{4})|(.))/gis;
  return text.replaceAll(escape, (_, code: string | undefined, character: string | undefined) =>
    code === undefined
      ? (ESCAPES[character ?? ""] ?? character ?? "")
      : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
