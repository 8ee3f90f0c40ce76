import type { TurnBound } from '../options.ts';
import type { Workload } from './workload.ts';

/** One turn of the load generator. */
export interface LoadJob {
  /** Without a path. */
  readonly url: string;
  readonly token: string;
  readonly connections: number;
  readonly work: Workload;
  /** Number of the first request; one that may not be repeated goes on where the last turn ended. */
  readonly from: number;
  /** How long, or how many requests. */
  readonly bound: TurnBound;
  /** Requests a second; as many as are answered where none is named. */
  readonly rate?: number;
}

export interface LoadResult {
  readonly requests: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Number of the first request of a turn after this one. */
  readonly next: number;
  /** How many right answers had which status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Answers that were not what they must be, or did not come. */
  readonly wrong: number;
  /** One of them, in words. */
  readonly example?: string;
}

/** Whether a message is a job; the processes are of one version, so its kind is told by its parts. */
export function isLoadJob(message: unknown): message is LoadJob {
  return typeof message === 'object' && message !== null && 'work' in message && 'bound' in message;
}

export function isLoadResult(message: unknown): message is LoadResult {
  return typeof message === 'object' && message !== null && 'requests' in message && 'next' in message;
}
