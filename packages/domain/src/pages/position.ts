/** A place in an ordered list: the sort key of the resource there, null where it has none, and the resource's id. */
export interface Position {
  /** As PostgreSQL writes the value; always null in a list that is ordered by id alone. */
  readonly key: string | null;
  readonly id: string;
}

/** Where a page that is asked for by a cursor begins, and to which side of it the page lies. */
export interface CursorPoint {
  readonly direction: 'forward' | 'backward';
  /** Undefined: the list's own beginning, or its end for a page that lies before it. */
  readonly position?: Position | undefined;
  /** How many resources the walk's first page counted. */
  readonly total?: number | undefined;
}
