/** Whether release `version` of nginx has what came with `since`; absent is the newest. */
export function atLeast(version: string | undefined, since: string): boolean {
  if (version === undefined) return true;
  const [is, needed] = [version, since].map((text) => text.split(".").map(Number));
  for (const [i, part] of (needed ?? []).entries()) {
    // `1.22` is the last of its line: all that came with 1.22.x is in it.
    const own = is?.[i] ?? Infinity;
    if (own !== part) return own > part;
  }
  return true;
}
