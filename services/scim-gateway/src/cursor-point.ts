import type { CursorPoint, Position } from '@rollcall/domain/pages/position';
import { isJsonArray, type JsonValue, parseJsonBody } from '@rollcall/scim-protocol/json';

/** What is sealed in a cursor. */
export interface CursorContent {
  readonly point: CursorPoint;
  /** The page size, which stays the same through a walk. */
  readonly count: number;
  readonly madeAt: Date;
}

/** A list without names, since every cursor travels in a URL: direction, sort key, id, total, count, seconds. */
export function pointText({ point, count, madeAt }: CursorContent): string {
  const { direction, position, total } = point;
  return JSON.stringify([
    direction === 'forward' ? 1 : -1,
    position?.key ?? null,
    position?.id ?? null,
    total ?? null,
    count,
    Math.floor(madeAt.getTime() / 1000),
  ]);
}

/** Undefined for a text that was not made by `pointText`. */
export function parsePoint(text: string | undefined): CursorContent | undefined {
  const parts = parsed(text);
  if (!isJsonArray(parts) || parts.length !== 6) return undefined;
  const [direction, key = null, id, total, count, seconds] = parts;
  if (direction !== 1 && direction !== -1) return undefined;
  if (typeof count !== 'number' || typeof seconds !== 'number') return undefined;
  const position = positionIn(key, id);
  return {
    point: {
      direction: direction === 1 ? 'forward' : 'backward',
      ...(position === undefined ? {} : { position }),
      ...(typeof total === 'number' ? { total } : {}),
    },
    count,
    madeAt: new Date(seconds * 1000),
  };
}

function positionIn(key: JsonValue, id: JsonValue | undefined): Position | undefined {
  return typeof id === 'string' ? { key: typeof key === 'string' ? key : null, id } : undefined;
}

function parsed(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    return parseJsonBody(text);
  } catch {
    return undefined;
  }
}
