import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { LINES_PER_SECOND, MAX_LINE_BYTES } from "../../simulator/runtimes/flood-gate.ts";
import { LineReader } from "../../simulator/runtimes/line-reader.ts";

/** Feeds chunks to a reader and answers the lines it made of them. */
async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  new LineReader(stream, (line) => lines.push(line));
  const closed = new Promise((resolve) => stream.once("close", resolve));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await closed;
  return lines;
}

test("lines are put together across chunks, characters too", async () => {
  const euro = Buffer.from("€");
  expect(
    await linesOf("one\ntw", "o\r\n", euro.subarray(0, 1), euro.subarray(1), "\n\nlast"),
  ).toEqual(["one", "two", "€", "", "last"]);
});

test("a line that is too long is cut, and the next one is whole", async () => {
  const long = "x".repeat(MAX_LINE_BYTES + 1);
  const [cut, next] = await linesOf(long.slice(0, 5000), long.slice(5000), "more\nnext\n");
  expect(cut).toBe(`${"x".repeat(MAX_LINE_BYTES)}…`);
  expect(next).toBe("next");
});

test("a line that is just long enough is left whole", async () => {
  const line = "x".repeat(MAX_LINE_BYTES);
  expect(await linesOf(`${line}\n`)).toEqual([line]);
});

test("a flood is thinned, and a note says by how much", async () => {
  const lines = await linesOf("line\n".repeat(LINES_PER_SECOND + 1234));
  expect(lines).toHaveLength(LINES_PER_SECOND + 1);
  expect(lines.at(-1)).toBe("… 1,234 lines left out");
});
