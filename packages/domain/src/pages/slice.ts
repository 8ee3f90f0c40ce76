import type { Position } from './position.ts';

/** A piece of a list that begins where another one ended. */
export interface Slice {
  /** The row that the piece lies behind, seen in the direction of reading; undefined: from the list's end on that side. */
  readonly behind: Position | undefined;
  /** Read from the list's end towards its beginning: the last row comes first. */
  readonly backward: boolean;
  readonly limit: number;
}
