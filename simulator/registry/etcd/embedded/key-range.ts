/** Bytes of a key as text, one character a byte, so that text order is byte order. */
export type KeyText = string;

/** Keys from `start` on: only that one, all below `end`, or all. */
export type KeyRange =
  | { readonly kind: "one"; readonly start: KeyText }
  | { readonly kind: "below"; readonly start: KeyText; readonly end: KeyText }
  | { readonly kind: "from"; readonly start: KeyText };

export function keyText(key: Buffer): KeyText {
  return key.toString("latin1");
}

/** The range of a request's `key` and `range_end`: empty is one key, "\0" is all from `key` on. */
export function keyRange(key: Buffer, rangeEnd: Buffer): KeyRange {
  const start = keyText(key);
  if (rangeEnd.length === 0) return { kind: "one", start };
  const end = keyText(rangeEnd);
  return end === "\0" ? { kind: "from", start } : { kind: "below", start, end };
}

export function contains(range: KeyRange, key: KeyText): boolean {
  switch (range.kind) {
    case "one":
      return key === range.start;
    case "below":
      return key >= range.start && key < range.end;
    case "from":
      return key >= range.start;
  }
}
