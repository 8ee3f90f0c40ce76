/** A request, and what its answer may be. */
export interface PlannedRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: string;
  readonly answers: readonly RightAnswer[];
}

export interface RightAnswer {
  readonly status: number;
  /** Text that stands in the right answer only. */
  readonly contains?: string;
  /** How often it stands there, where that matters. */
  readonly times?: number;
}
