import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FactLines } from "../../simulator/cli/fact-lines.ts";
import { LineWriter } from "../../simulator/cli/line-writer.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Fact } from "../../simulator/protocol/events.ts";

/** Output whose reader reads when told to. */
class Output extends Writable {
  text = "";
  #waiting: (() => void)[] = [];
  #isReading = false;

  override _write(chunk: Buffer, _: string, done: () => void): void {
    const take = () => {
      this.text += chunk.toString();
      done();
    };
    if (this.#isReading) take();
    else this.#waiting.push(take);
  }

  read(): void {
    this.#isReading = true;
    for (const take of this.#waiting.splice(0)) take();
  }
}

/** Output that fails with an error of the system's. */
function broken(code: string): Writable {
  const error = Object.assign(new Error(`${code}: it cannot be`), { code });
  return new Writable({ write: (_chunk, _encoding, done) => done(error) });
}

describe("lines on standard output", () => {
  let scope: Scope;
  beforeEach(() => {
    scope = new Scope();
  });
  afterEach(() => scope.dispose());

  it("say when they could not be written", async () => {
    const out = new LineWriter(broken("ENOSPC"), scope);
    void out.write({ t: 0 });
    await expect(out.end()).rejects.toThrow("Standard output cannot be written: ENOSPC: it");
    expect(await out.gone).toBe("gone");
  });

  it("may have no reader any more", async () => {
    const out = new LineWriter(broken("EPIPE"), scope);
    void out.write({ t: 0 });
    await out.end();
    expect(await out.gone).toBe("gone");
  });

  it("wait for a slow reader with one listener, however many they are", async () => {
    const output = new Output({ highWaterMark: 1 });
    const out = new LineWriter(output, scope);
    const waits = Array.from({ length: 3000 }, (_, n) => out.write({ n }));
    expect(output.listenerCount("drain")).toBeLessThanOrEqual(1);
    output.read();
    for (const wait of waits) await wait;
    await out.end();
    expect(output.text.trim().split("\n")).toHaveLength(3000);
  });

  it("are left out when facts wait for a reader who is far behind, who is told", async () => {
    const output = new Output({ highWaterMark: 1 });
    const out = new LineWriter(output, scope);
    const lines = new FactLines(out);
    const message = "x".repeat(100_000);
    const fact = { kind: "note", message } as unknown as Fact;
    for (let n = 0; n < 4000; n++) lines.add(fact);
    expect(out.waitingBytes).toBeLessThan(200_000_000);
    output.read();
    await out.end();
    lines.add(fact);
    await out.end();
    const printed = output.text.trim().split("\n");
    const told = printed.findIndex((line) => line.startsWith('{"kind":"left-out"'));
    expect(JSON.parse(printed[told] ?? "null")).toEqual({ kind: "left-out", facts: 4000 - told });
    expect(printed).toHaveLength(told + 2);
  });
});
