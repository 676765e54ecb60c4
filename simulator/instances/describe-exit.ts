/** The sentence on how a process ended. */
export function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (code === null && signal === null) return "let go";
  return signal === null ? `exited with code ${String(code)}` : `killed by ${signal}`;
}
