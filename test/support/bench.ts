// `npm run bench [-- name…]`: measures, and prints one JSON object a line. Never part of the tests.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "./compile.ts";
import { mainScope } from "./main-scope.ts";
import { root } from "./paths.ts";
import type { Scope } from "../../simulator/kernel/scope.ts";

/** One figure: ours against a peer's, measured in the same run. */
export interface Figure {
  readonly metric: string;
  readonly ours: number;
  /** What it is compared with; a limit where there is no program to compare with. */
  readonly peer: string;
  readonly theirs: number;
}

/** One file of test/bench: measures, and tells each figure as it has it. */
export type Bench = (scope: Scope, report: (figure: Figure) => void) => Promise<void>;

const folder = join(root, "test", "bench");
const names = (await readdir(folder))
  .filter((name) => name.endsWith(".bench.ts"))
  .map((name) => name.replace(".bench.ts", ""));
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`There is no bench "${unknown}". Benches: ${names.join(", ")}.\n`);
  process.exit(2);
}

const all = mainScope(130);
await compile();
for (const bench of wanted.length > 0 ? wanted : names) {
  if (all.ended) break;
  process.stderr.write(`${bench} …\n`);
  const { default: measure } = (await import(join(folder, `${bench}.bench.ts`))) as {
    default: Bench;
  };
  const scope = all.child();
  try {
    await measure(scope, ({ metric, ours, peer, theirs }) => {
      const line = { bench, metric, ours, peer, theirs, ratio: round(ours / theirs) };
      process.stdout.write(
        `${JSON.stringify({ ...line, ours: round(ours), theirs: round(theirs) })}\n`,
      );
    });
  } finally {
    await scope.dispose();
  }
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
