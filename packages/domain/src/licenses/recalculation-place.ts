import type { JsonObject } from '../json.ts';
import { type LicenseMove, readMoves } from './license-moves.ts';

/** How far the recalculation of an account has come; kept in its job, so that it goes on there after an interruption. */
export interface RecalculationPlace {
  /** First everybody who needs no limited seat, then those who do. */
  walk: 'without_seats' | 'with_seats';
  /** The last person who was looked at in this walk. */
  after: string | null;
  /** Somebody waits for the second walk. */
  waiting: boolean;
  /** What was done so far. */
  moves: readonly LicenseMove[];
  /** What the preview said that was applied, if one was. */
  previewed: readonly LicenseMove[] | null;
}

export function firstPlace(previewed: readonly LicenseMove[] | null): RecalculationPlace {
  return { walk: 'without_seats', after: null, waiting: false, moves: [], previewed };
}

export function writePlace({ moves, previewed, ...place }: RecalculationPlace): JsonObject {
  return { ...place, moves: moves.map(toObject), previewed: previewed && previewed.map(toObject) };
}

export function readPlace(payload: JsonObject): RecalculationPlace {
  const { walk, after, waiting, moves, previewed } = payload;
  return {
    walk: walk === 'with_seats' ? walk : 'without_seats',
    after: typeof after === 'string' ? after : null,
    waiting: waiting === true,
    moves: readMoves(moves) ?? [],
    previewed: readMoves(previewed),
  };
}

/** What the job's result says of moves. */
export function toObject({ from, to, people, kept }: LicenseMove): JsonObject {
  return { from, to, people, kept };
}
