/** Takes what cannot be written as it is, and the nearest that is. */
export type Tell = (message: string) => void;

/** A duration as protobuf's JSON writes it: seconds, such as `1.5s`. */
export function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(9))}s`;
}
