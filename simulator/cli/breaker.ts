import { Scope } from "../kernel/scope.ts";
import { BreakerPlay } from "../offline/breaker.ts";
import { readBreakerSettings } from "../offline/breaker-settings.ts";
import { resultLine } from "../offline/exact-id.ts";
import { lineBatches } from "../offline/line-batches.ts";
import { LineWriter } from "./line-writer.ts";
import { standardInput } from "./standard-input.ts";

export interface BreakerOptions {
  readonly engine: string;
  readonly config: string;
}

/**
 * `fuseboard breaker`: what a breaker makes of a timeline of calls on standard input, in virtual
 * time. One JSON object a line in, one for each call out.
 */
export async function breakerCommand({ engine, config }: BreakerOptions): Promise<void> {
  const spec = readBreakerSettings(engine, config, (message) => {
    process.stderr.write(`fuseboard: ${message}\n`);
  });
  const scope = new Scope();
  const out = new LineWriter(process.stdout, scope);
  const reader = { gone: false };
  void out.gone.then(() => (reader.gone = true));
  const play = new BreakerPlay(spec, (result) => out.writeLine(resultLine(result)));
  try {
    for await (const lines of lineBatches(standardInput())) {
      await play.play(lines);
      if (reader.gone) break;
    }
    if (!reader.gone) await play.end();
    await out.end();
    process.stdin.destroy();
  } finally {
    await scope.dispose();
  }
}
