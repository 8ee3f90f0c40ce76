/** One line of the table. */
export interface ResultLine {
  readonly row: string;
  readonly work: string;
  /** Requests a second, for context. */
  readonly rate?: number;
  /** What it is compared with: a floor, or the same work on other data. */
  readonly base?: { readonly name: string; readonly rate: number };
  /** Rate by base rate where that must be at least the target, base rate by rate where at most. */
  readonly ratio?: number;
  /** Milliseconds. */
  readonly p50?: number;
  readonly p99?: number;
  /** Bytes that the gateway had resident at most. */
  readonly peakMemory?: number;
  readonly target: string;
  /** What was found, where the target is no ratio. */
  readonly found?: string;
  readonly ok: boolean;
  /** Whether the target is no matter of time, and so holds on any machine. */
  readonly isFact?: boolean;
}

/** A run, with what is needed to repeat it. */
export interface Report {
  readonly startedAt: string;
  readonly commit: string;
  readonly node: string;
  readonly postgres: string;
  readonly machine: string;
  readonly sizes: string;
  readonly lines: readonly ResultLine[];
}
