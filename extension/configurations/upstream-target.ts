/** One group of servers of a configuration, as a CodeLens names it. */
export interface UpstreamTarget {
  /** Address of the document. */
  readonly configuration: string;
  /** Its name there. */
  readonly upstream: string;
}

export function isUpstreamTarget(value: unknown): value is UpstreamTarget {
  return (
    typeof value === "object" &&
    value !== null &&
    "configuration" in value &&
    typeof value.configuration === "string" &&
    "upstream" in value &&
    typeof value.upstream === "string"
  );
}
