/**
 * The text of one file as nginx sees it: bytes, each a character of `bytes`. Offsets are of bytes;
 * columns are of the text in an editor.
 */
export class SourceText {
  readonly path: string;
  readonly bytes: string;
  readonly #utf8: boolean;
  readonly #lineStarts: number[] = [0];
  #columns: Uint32Array | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    const buffer = Buffer.from(text, "utf8");
    this.#utf8 = buffer.length !== text.length;
    this.bytes = this.#utf8 ? buffer.toString("latin1") : text;
    for (let at = this.bytes.indexOf("\n"); at >= 0; at = this.bytes.indexOf("\n", at + 1)) {
      this.#lineStarts.push(at + 1);
    }
  }

  /** Bytes as the characters that they stand for. */
  decode(bytes: string): string {
    return this.#utf8 ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
  }

  /** The character of which a byte is the first. */
  characterAt(offset: number): string {
    let end = offset + 1;
    while (this.#utf8 && isContinuation(this.bytes.charCodeAt(end))) end++;
    return this.decode(this.bytes.slice(offset, end));
  }

  /** 1-based line of an offset. */
  lineAt(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** 1-based column of an offset within its line. */
  columnAt(offset: number): number {
    const start = this.#lineStarts[this.lineAt(offset) - 1] ?? 0;
    if (!this.#utf8) return offset - start + 1;
    this.#columns ??= this.#characters();
    return (this.#columns[offset] ?? 0) - (this.#columns[start] ?? 0) + 1;
  }

  /** Offset of the first character of a line that is not a space, or of its end. */
  firstWordOf(line: number): number {
    let at = this.#lineStarts[line - 1] ?? this.bytes.length;
    while (this.bytes[at] === " " || this.bytes[at] === "\t") at++;
    return at;
  }

  /** Offset of the end of a line, its line feed not included. */
  endOf(line: number): number {
    const next = this.#lineStarts[line];
    return next === undefined ? this.bytes.length : next - 1;
  }

  /** How many UTF-16 units come before each byte. */
  #characters(): Uint32Array {
    const counts = new Uint32Array(this.bytes.length + 1);
    let count = 0;
    for (let i = 0; i < this.bytes.length; i++) {
      counts[i] = count;
      const byte = this.bytes.charCodeAt(i);
      // A character ends with its last byte; one of four bytes takes two units.
      if (byte < 0x80 || !isContinuation(this.bytes.charCodeAt(i + 1))) count++;
      if (byte >= 0xf0) count++;
    }
    counts[this.bytes.length] = count;
    return counts;
  }
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}
