import type { Kysely } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { findAnchor, keepAnchor, type Walk } from './anchors.ts';
import type { Cut } from './cut.ts';
import type { CursorPoint, Position } from './position.ts';

/** Which page: by its first number, 1 being the list's first (RFC 7644 3.4.2.4), or by a cursor (RFC 9865). */
export type PageStart = { startIndex: number; walk?: Walk | undefined } | { from: CursorPoint };

export type PageRequest = PageStart & {
  /** How many resources at most. */
  count: number;
  /** Of the list, whichever way it is walked. */
  descending: boolean;
};

/** What a cut contains, in the cut's order. */
export interface CutRows<T> {
  readonly total: number;
  readonly rows: readonly PlacedRow<T>[];
}

export interface PlacedRow<T> {
  /** Undefined for a resource that was deleted after its place was read. */
  readonly item: T | undefined;
  readonly position: Position;
}

export interface Page<T> {
  /** How many there are; on a page that goes on where another ended, a number by which a walk ends where the list does. */
  readonly total: number;
  readonly items: readonly T[];
  /** Of a page by cursor: where the next one begins, undefined on the last. */
  readonly next: CursorPoint | undefined;
  /** Of a page by cursor: where the one before lies, undefined on the first. */
  readonly previous: CursorPoint | undefined;
}

type ReadCut<T> = (cut: Cut, knownTotal: number | undefined) => Promise<CutRows<T>>;

/** Reads a page with one row more than it shows, which tells whether the list goes on. */
export async function turnPage<T>(
  db: Kysely<DB>,
  accountId: string,
  request: PageRequest,
  read: ReadCut<T>,
): Promise<Page<T>> {
  return 'from' in request
    ? pageByCursor(request, request.from, read)
    : pageByIndex(db, accountId, request, read);
}

async function pageByIndex<T>(
  db: Kysely<DB>,
  accountId: string,
  request: PageRequest & { startIndex: number; walk?: Walk | undefined },
  read: ReadCut<T>,
): Promise<Page<T>> {
  const { startIndex, count, descending } = request;
  // Only the pages of a walk need to be found again; a count of 0 asks for the total alone.
  const walk = count > 0 ? request.walk : undefined;
  const anchor =
    walk !== undefined && startIndex > 1 ? await findAnchor(db, accountId, walk, startIndex) : undefined;
  const fromBeginning = startIndex === 1 || anchor !== undefined;
  const from = fromBeginning ? { behind: anchor } : { offset: startIndex - 1 };
  const { total, rows } = await read({ from, descending, limit: count + 1 }, undefined);
  const shown = rows.slice(0, count);
  const hasMore = rows.length > count;
  const last = shown.at(-1);
  if (walk !== undefined && hasMore && last !== undefined) {
    await keepAnchor(db, accountId, walk, startIndex + shown.length, last.position);
  }
  return {
    total: anchor === undefined ? total : walkedTotal(total, startIndex - 1 + shown.length, hasMore),
    items: shown.flatMap(({ item }) => item ?? []),
    next: undefined,
    previous: undefined,
  };
}

/**
 * A walk goes on while `startIndex` is not above the total. Rows that came or went before the place where it stands change
 * the number, but not what is left to read: with that number it would stop too early, or ask for ever.
 */
function walkedTotal(total: number, read: number, hasMore: boolean): number {
  return hasMore ? Math.max(total, read + 1) : read;
}

async function pageByCursor<T>(
  request: PageRequest,
  { direction, position, total: knownTotal }: CursorPoint,
  read: ReadCut<T>,
): Promise<Page<T>> {
  const { count } = request;
  const isBackward = direction === 'backward';
  const descending = request.descending !== isBackward;
  const { total, rows } = await read(
    { from: { behind: position }, descending, limit: count + 1 },
    knownTotal,
  );
  const shown = isBackward ? rows.slice(0, count).toReversed() : rows.slice(0, count);
  const hasMore = count > 0 && rows.length > count;
  // A page from the list's own beginning or end has nothing on that side. One that turned out empty has all on the other.
  const beyond = (
    toward: CursorPoint['direction'],
    edge: PlacedRow<T> | undefined,
  ): CursorPoint | undefined => {
    const goesOn = toward === direction ? hasMore : position !== undefined;
    return goesOn ? { direction: toward, position: edge?.position, total } : undefined;
  };
  return {
    total,
    items: shown.flatMap(({ item }) => item ?? []),
    next: beyond('forward', shown.at(-1)),
    previous: beyond('backward', shown[0]),
  };
}
