import { comparedShareText } from "../../simulator/protocol/figure-text.ts";
import { ENGINE_TITLES } from "../../simulator/protocol/engine-titles.ts";
import type { EngineShares } from "../../simulator/protocol/requests.ts";
import { imbalanceOf } from "./imbalance.ts";

/** What one engine has made of its calls. */
export interface EngineColumn {
  readonly title: string;
  readonly calls: number;
  /** By instance, of 1, of the instances that are there; empty before the first attempt. */
  readonly shares: ReadonlyMap<string, number>;
  /** Undefined before the first attempt. */
  readonly imbalance: number | undefined;
}

/** Up to here, shares are called the same. */
const SAME = 0.02;

/** The engines side by side; `ideals` are those of the instances that are there. */
export function engineColumns(
  engines: readonly EngineShares[],
  ideals: ReadonlyMap<string, number>,
): EngineColumn[] {
  return engines.map(({ engine, calls, shares }) => {
    const present = [...ideals.keys()].map((id) => [id, shares[id] ?? 0] as const);
    // What went to instances that are gone by now says nothing of those that are there.
    const all = present.reduce((sum, [, share]) => sum + share, 0);
    const own = new Map(all > 0 ? present.map(([id, share]) => [id, share / all]) : []);
    const portions = [...own].map(([id, share]) => ({ share, ideal: ideals.get(id) ?? 0 }));
    return {
      title: ENGINE_TITLES[engine],
      calls,
      shares: own,
      imbalance: own.size > 0 ? imbalanceOf(portions) : undefined,
    };
  });
}

/** One sentence on whether they give the same shares. */
export function differenceText(columns: readonly EngineColumn[]): string {
  const made = columns.filter(({ shares }) => shares.size > 0);
  const [first, second] = made;
  if (!first) return "No call has been made yet.";
  if (!second) return `Only ${first.title} has made calls so far.`;
  const widest = widestOf(first, made);
  if (widest.by > SAME) {
    const { instance, most, least } = widest;
    const of = (column: EngineColumn) => comparedShareText(column.shares.get(instance) ?? 0);
    // Twice the standard deviation of the difference of two halves that chance made.
    const chance = Math.sqrt(1 / most.calls + 1 / least.calls);
    const end = widest.by < chance ? "; after so few calls, that may be chance." : ".";
    return `They differ by up to ${comparedShareText(widest.by)}: ${most.title} gives ${instance} ${of(most)}, ${least.title} ${of(least)}${end}`;
  }
  const within = comparedShareText(widest.by);
  // What is shown as nothing is no difference.
  const bound = within === comparedShareText(0) ? "" : ` within ${within}`;
  return `${groupOf(made, columns)} give the same shares${bound}.`;
}

/** Where the shares of an instance are the farthest apart, and whose they are. */
function widestOf(first: EngineColumn, columns: readonly EngineColumn[]) {
  let widest = { by: 0, instance: "", most: first, least: first };
  for (const instance of first.shares.keys()) {
    const of = (column: EngineColumn) => column.shares.get(instance) ?? 0;
    const most = columns.reduce((a, b) => (of(b) > of(a) ? b : a));
    const least = columns.reduce((a, b) => (of(b) < of(a) ? b : a));
    const by = of(most) - of(least);
    if (by > widest.by) widest = { by, instance, most, least };
  }
  return widest;
}

function groupOf(made: readonly EngineColumn[], columns: readonly EngineColumn[]): string {
  if (made.length < columns.length) return made.map(({ title }) => title).join(" and ");
  return made.length === 2 ? "Both" : `All ${String(made.length)}`;
}
