/** Keeps retries from multiplying the load; one for all calls of a service. */
export interface RetryBudget {
  /** A call begins. */
  began(): void;
  /** One of its tries begins, the first or a retry. */
  opened(): void;
  /** That try is over, and what follows it is decided. */
  closed(): void;
  /** Whether there may be one more retry; counts it if so. */
  grant(): boolean;
  /** A retry that was granted is over. */
  returned(): void;
  /** Retries that could be granted now. */
  readonly balance: number;
  /** Its settings in a few words. */
  readonly text: string;
}
