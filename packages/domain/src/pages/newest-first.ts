import { type RawBuilder, sql } from 'kysely';
import type { Position } from './position.ts';
import type { PlacedRow } from './turn-page.ts';

/** A piece of a list whose newest rows come first; ids are in the order of time. */
export interface NewestFirst {
  /** The row behind which the piece lies, seen in the direction of reading. */
  readonly behind: Position | undefined;
  /** Read from the oldest towards the newest. */
  readonly backward: boolean;
  readonly limit: number;
}

/** The condition that a row lies behind that place, and the order and length of the piece. */
export function newestFirst(
  id: RawBuilder<unknown>,
  { behind, backward, limit }: NewestFirst,
): { behind: RawBuilder<unknown>; order: RawBuilder<unknown> } {
  if (backward) {
    return {
      behind: behind === undefined ? sql`true` : sql`${id} > ${behind.id}`,
      order: sql`order by ${id} asc limit ${limit}`,
    };
  }
  return {
    behind: behind === undefined ? sql`true` : sql`${id} < ${behind.id}`,
    order: sql`order by ${id} desc limit ${limit}`,
  };
}

/** The rows with the places where a list goes on behind them. */
export function placedById<T extends { id: string }>(rows: readonly T[]): readonly PlacedRow<T>[] {
  return rows.map((item) => ({ item, position: { key: null, id: item.id } }));
}
