/** What an instance got, and what it would get if all calls cost the same; of 1. */
export interface Portion {
  readonly share: number;
  readonly ideal: number;
}

/** Half the sum of |share − ideal|: 0 is as the weights say, 1 is all at the wrong ones. */
export function imbalanceOf(portions: Iterable<Portion>): number {
  let sum = 0;
  for (const { share, ideal } of portions) sum += Math.abs(share - ideal);
  return sum / 2;
}

/** Upper bounds, and what an imbalance below them is called. */
const WORDS: readonly (readonly [below: number, word: string])[] = [
  [0.05, "as the weights say"],
  [0.15, "near the weights"],
  [0.35, "uneven"],
  [Number.POSITIVE_INFINITY, "far from the weights"],
];

/** An imbalance in words. */
export function imbalanceWord(imbalance: number): string {
  // What is shown as 5% is called what 5% is called.
  const shown = Math.round(imbalance * 100) / 100;
  return WORDS.find(([below]) => shown <= below)?.[1] ?? "";
}

export const IMBALANCE_EXPLAINED =
  "Half the sum of |share − ideal share| over all instances: 0% is as the weights say, 100% is all at the wrong ones.";
