/**
 * Whether release `version` of a program has what came with `since`; undefined is the newest.
 * `1.22` is the last of its line: all that came with 1.22.x is in it.
 */
export function hasRelease(version: string | undefined, since: string): boolean {
  if (version === undefined) return true;
  const is = version.split(".").map(Number);
  for (const [i, part] of since.split(".").map(Number).entries()) {
    const own = is[i] ?? Infinity;
    if (own !== part) return own > part;
  }
  return true;
}
