import { isId } from '@rollcall/domain/ids';
import type { Position } from '@rollcall/domain/pages/position';
import type { Slice } from '@rollcall/domain/pages/slice';
import type { PlacedRow } from '@rollcall/domain/pages/turn-page';
import { isGiven } from './is-given.ts';
import { DEFAULT_PAGE, LIMITS } from './limits.ts';
import { InvalidInput } from './user-errors.ts';

export interface ConnectionArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

/** Rows with their places, in the order of reading: for a backward slice, the last of the list comes first. */
export type ReadSlice<T> = (slice: Slice) => Promise<readonly PlacedRow<T>[]>;

/** A page, in the shape of Relay's connections. */
export interface ConnectionPage<T> {
  edges: { node: T; readonly cursor: string }[];
  pageInfo: {
    startCursor: string | null;
    endCursor: string | null;
    hasNextPage: boolean;
    hasPreviousPage: boolean;
  };
  totalCount: () => Promise<number>;
}

/** One page of a list, with edges whose cursors any later page can go on from. */
export async function resolveConnection<T>(
  args: ConnectionArguments,
  readSlice: ReadSlice<T>,
  totalCount: () => Promise<number>,
): Promise<ConnectionPage<T>> {
  const { backward, size, behind } = readArguments(args);
  const rows = await reading(behind !== undefined, () => readSlice({ behind, backward, limit: size + 1 }));
  const shown = rows.slice(0, size);
  const inOrder = backward ? shown.toReversed() : shown;
  const hasMore = rows.length > size;
  const edges = inOrder.flatMap(({ item, position }) => (item === undefined ? [] : [edgeOf(item, position)]));
  return {
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: backward ? behind !== undefined : hasMore,
      hasPreviousPage: backward ? hasMore : behind !== undefined,
    },
    totalCount,
  };
}

/** For the complexity of a field: what stands below it counts as often as a page has items. */
export function pageComplexity({ first, last }: ConnectionArguments): { field: number; multiplier: number } {
  return { field: 1, multiplier: Math.max(1, first ?? last ?? DEFAULT_PAGE) };
}

function readArguments({ first, after, last, before }: ConnectionArguments) {
  const backward = last !== undefined && last !== null;
  if (backward && first !== undefined && first !== null) {
    throw invalid('last', 'Ask for the first or for the last items, not for both.');
  }
  if (backward ? isGiven(after) : isGiven(before)) {
    throw invalid(
      backward ? 'after' : 'before',
      'Page forwards with first and after, backwards with last and before.',
    );
  }
  const size = (backward ? last : first) ?? DEFAULT_PAGE;
  const sizeName = backward ? 'last' : 'first';
  if (size < 1 || size > LIMITS.page) {
    throw invalid(sizeName, `A page has 1 to ${LIMITS.page} items.`);
  }
  const cursor = backward ? before : after;
  return {
    backward,
    size,
    behind: isGiven(cursor) ? decodeCursor(cursor, backward ? 'before' : 'after') : undefined,
  };
}

/** The cursor is made when it is asked for: most pages need those of their ends alone. */
function edgeOf<T>(node: T, position: Position): { node: T; readonly cursor: string } {
  return {
    node,
    get cursor() {
      return encodeCursor(position);
    },
  };
}

function encodeCursor({ key, id }: Position): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

function decodeCursor(cursor: string, argument: string): Position {
  const parts = parsed(Buffer.from(cursor, 'base64url').toString());
  if (isPair(parts)) {
    const [key, id] = parts;
    const isKey = key === null || (typeof key === 'string' && !key.includes('\0'));
    if (isKey && typeof id === 'string' && isId(id)) return { key, id };
  }
  throw unusableCursor(argument);
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// PostgreSQL's words for a key that is no value of the type that the list is ordered by.
const UNREADABLE_KEY = new Set(['22P02', '22007', '22008', '22003']);

/** A cursor of another list can carry a key that this one cannot read. */
async function reading<T>(hasCursor: boolean, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (hasCursor && UNREADABLE_KEY.has(code)) throw unusableCursor('after');
    throw error;
  }
}

function unusableCursor(argument: string): InvalidInput {
  return invalid(
    argument,
    'This is no cursor of this list. Take one from pageInfo or an edge of the same list, ordered the same way.',
  );
}

function invalid(path: string, message: string): InvalidInput {
  return new InvalidInput(message, [{ path, message }]);
}
