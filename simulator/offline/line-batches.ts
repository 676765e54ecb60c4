import type { Readable } from "node:stream";
import { FuseboardError } from "../kernel/errors.ts";

/** No line of what is read here is that long; it bounds the memory. */
const LONGEST_LINE = 1_000_000;

/** What some editors and Windows programs put at the head of a text in UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

/** The lines of a text, as many at a time as have come; far quicker than one by one. */
export async function* lineBatches(input: Readable): AsyncGenerator<readonly string[]> {
  input.setEncoding("utf8");
  let rest: string | undefined;
  let count = 0;
  for await (const chunk of input as AsyncIterable<string>) {
    const isMarked = rest === undefined && chunk.startsWith(BYTE_ORDER_MARK);
    const lines: string[] = ((rest ?? "") + (isMarked ? chunk.slice(1) : chunk)).split("\n");
    rest = lines.pop() ?? "";
    count += lines.length;
    yield lines;
    if (rest.length > LONGEST_LINE) {
      const message = `Line ${count + 1} is longer than ${LONGEST_LINE} characters.`;
      throw new FuseboardError("too-long", message);
    }
  }
  if (rest) yield [rest];
}

/** The lines of a text, one by one. */
export async function* lines(input: Readable): AsyncGenerator<string> {
  for await (const batch of lineBatches(input)) yield* batch;
}
