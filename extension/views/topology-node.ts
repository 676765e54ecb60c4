/** One row of the tree, free of VS Code's types. */
export interface TopologyNode {
  /** Stays the same while the thing lives, so that selection and expansion stay. */
  readonly id: string;
  readonly target:
    { service: string } | { instance: string } | { stream: string; command?: string } | undefined;
  readonly label: string;
  readonly description: string;
  /** Markdown. */
  readonly tooltip: string;
  /** Codicon and theme colour. */
  readonly icon: string;
  readonly color: string | undefined;
  /** Words for `when` clauses: `service breaker-open loaded`. */
  readonly context: string;
  readonly children: readonly TopologyNode[];
}
