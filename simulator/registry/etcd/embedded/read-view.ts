import type { KeyRange } from "./key-range.ts";
import type { KeyValue } from "./messages.ts";

/** What reads need: the store itself, or a transaction that also sees its own writes. */
export interface ReadView {
  readonly revision: number;
  /** The revision of the last compaction; -1 before the first. */
  readonly compactedRevision: number;
  /**
   * The keys of a range in byte order; `revision` 0 or below is the newest one. Throws the refusal
   * for a compacted or a future revision.
   */
  range(range: KeyRange, revision: number): KeyValue[];
}
