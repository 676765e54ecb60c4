/** A word as it is written in a configuration, in quotes where nginx needs them. */
export function quoted(text: string): string {
  if (/^[\w$.:/[\]@=+,~^%&*?!|<>-]+$/.test(text)) return text;
  const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const inner = text.replaceAll(/["\\\n\r\t]/g, (each) => escapes[each] ?? `\\${each}`);
  return `"${inner}"`;
}

/** A time in whole ms, the least that nginx counts. */
export function timeWord(ms: number): string {
  const whole = Math.ceil(ms);
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}

/** A comment; as long as one may be and on one line, whatever the text. */
export function comment(text: string): string {
  return `# ${text.replaceAll(/\s+/g, " ").slice(0, 500)}`;
}
