import { type RawBuilder, sql } from 'kysely';
import { v7 } from 'uuid';
import { InvalidInputError } from '../errors.ts';
import { isId } from '../ids.ts';

/** A page of a log, between two of its entries. Ids are in the order of time. */
export interface LogPage {
  newerThan?: string | undefined;
  olderThan?: string | undefined;
  newestFirst: boolean;
  limit: number;
}

export interface TimeRange {
  /** Then or later. */
  since?: Date | undefined;
  /** Earlier than that. */
  until?: Date | undefined;
}

const LONGEST_TEXT = 200;
/** How far the clock of an entry's id may be from its time. */
const SLACK_MS = 60 * 60 * 1000;
const LATEST_MS = 2 ** 48 - 1;

/** The conditions, of a log known as `e`, that an entry is on the page's side of these two. Throws InvalidInputError. */
export function placeConditions({ newerThan, olderThan }: LogPage): RawBuilder<unknown>[] {
  return [
    ...(newerThan === undefined ? [] : [sql`e.id > ${entryId(newerThan)}`]),
    ...(olderThan === undefined ? [] : [sql`e.id < ${entryId(olderThan)}`]),
  ];
}

/** The same for a range of time. Ids begin with theirs, so the primary key finds it. Throws InvalidInputError. */
export function timeConditions({ since, until }: TimeRange): RawBuilder<unknown>[] {
  return [
    ...(since === undefined
      ? []
      : [sql`e.at >= ${readable(since, 'since')} and e.id >= ${firstIdAt(since.getTime() - SLACK_MS)}`]),
    ...(until === undefined
      ? []
      : [sql`e.at < ${readable(until, 'until')} and e.id < ${firstIdAt(until.getTime() + SLACK_MS)}`]),
  ];
}

/** The least id that can be given at that time. */
export function firstIdAt(milliseconds: number): string {
  const msecs = Math.min(Math.max(0, milliseconds), LATEST_MS);
  return v7({ msecs, seq: 0, random: new Uint8Array(16) });
}

export function orderOf({ newestFirst }: Pick<LogPage, 'newestFirst'>): RawBuilder<unknown> {
  return newestFirst ? sql`desc` : sql`asc`;
}

/**
 * The condition that one of the columns has the text in it, in any letter case, as it is or as JSON or a URL write it. Looks
 * at each row: to be had among those of some time only. Throws InvalidInputError.
 */
export function textCondition(text: string, columns: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  const searched = text.trim().toWellFormed();
  if (searched === '' || searched.length > LONGEST_TEXT || searched.includes('\0')) {
    throw new InvalidInputError(
      `Search for 1 to ${LONGEST_TEXT} characters, none of which is NUL.`,
      'filter.text',
    );
  }
  const inUrl = encodeURIComponent(searched);
  const spellings = new Set([
    searched,
    JSON.stringify(searched).slice(1, -1),
    inUrl,
    inUrl.replaceAll('%20', '+'),
  ]);
  return sql`exists (
    select from unnest(${[...spellings]}::text[]) as spelling
    where position(lower(spelling) in lower(concat_ws(' ', ${sql.join(columns)}))) > 0)`;
}

/** The condition that a column has exactly that text. PostgreSQL keeps no text with NUL, so nothing has one. */
export function equalsText(column: RawBuilder<unknown>, text: string): RawBuilder<unknown> {
  return text.includes('\0') ? sql`false` : sql`${column} = ${text}`;
}

function entryId(id: string): string {
  if (isId(id)) return id;
  throw new InvalidInputError('The cursor belongs to no entry of this log.', 'cursor');
}

function readable(time: Date, name: string): Date {
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidInputError(`"${name}" is no time.`, `filter.${name}`);
}
