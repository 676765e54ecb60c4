/** The sentence on what a file exports. */
export function listExports(names: readonly string[]): string {
  return names.length === 0
    ? "It exports nothing."
    : `It exports: ${[...names].sort().join(", ")}.`;
}
