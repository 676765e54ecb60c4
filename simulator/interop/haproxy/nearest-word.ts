/*
 * What HAProxy proposes for a mistyped word: the known word whose letters follow each other most
 * alike.
 */

const EDGE = 28;

/** How often each letter follows each other one, and which letters there are. */
function fingerprint(word: string): Map<number, number> {
  const print = new Map<number, number>();
  const count = (key: number) => print.set(key, (print.get(key) ?? 0) + 1);
  let from = EDGE;
  for (const c of word.toLowerCase()) {
    const to = c >= "a" && c <= "z" ? c.charCodeAt(0) - 96 : c >= "0" && c <= "9" ? 27 : EDGE;
    print.set(to, 1);
    count(32 * from + to);
    from = to;
  }
  count(32 * from + EDGE);
  return print;
}

function distance(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    sum += Math.abs((a.get(key) ?? 0) - (b.get(key) ?? 0));
  }
  return sum;
}

/** The known word that is nearest to a mistyped one; undefined when none is near. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  const print = fingerprint(word);
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const away = distance(print, fingerprint(candidate));
    if (!best || away < best.distance) best = { word: candidate, distance: away };
  }
  if (!best || best.distance > 2 * word.length || best.distance > 2 * best.word.length) return;
  return best.word;
}

/** `; did you mean 'weight' maybe ?`, or `otherwise`. */
export function proposal(word: string, known: Iterable<string>, otherwise: string): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? otherwise : `; did you mean '${nearest}' maybe ?`;
}
