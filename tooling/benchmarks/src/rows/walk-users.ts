import { closeUserPages, readUserPage, type UserList } from '../load/user-pages.ts';
import { median } from '../measuring/measured.ts';
import { WrongAnswersError } from '../measuring/take-turns.ts';
import type { ResultLine } from '../report/report.ts';
import { type Row, scimPath } from './row.ts';

/** As Okta's import asks. */
const PAGE = 200;
/** The two walks take turns, page by page, so that whatever else happens on the machine meets both. */
const TIMES = 1.5;

/** All people by `startIndex` in order, beside the same walk by cursor: one client, one request after the other. */
export const walkUsers: Row = {
  number: '8',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured } = bench.dataset;
    const list = { url: `${gateway.url}${scimPath(measured)}/Users`, token: measured.token };
    const count = Math.min(PAGE, Math.floor(measured.people.count / 20));
    const byIndex = walk(list, (read) => ({ startIndex: read + 1, count }));
    const byCursor = walk(list, (_, cursor) => ({ cursor, count }));
    while ((await byIndex.step()) && (await byCursor.step()));
    await byCursor.step();
    closeUserPages();
    const index = byIndex.result();
    const cursor = byCursor.result();
    const users = index.ids.size;
    const slower = index.milliseconds / cursor.milliseconds;
    const quarter = Math.max(1, Math.floor(index.pages.length / 4));
    const slowerAt = (from: number, to?: number): number =>
      median(index.pages.slice(from, to)) / median(cursor.pages.slice(from, to));
    // Beside the cursor's pages, of which row 7 shows that they cost the same at any depth.
    const growth = slowerAt(-quarter) / slowerAt(0, quarter);
    const work = `walk of ${users} users by startIndex, pages of ${count}`;
    const peakMemory = gateway.peakMemory();
    const line = { row: '8', p50: median(index.pages), ...(peakMemory !== undefined && { peakMemory }) };
    return [
      {
        ...line,
        work,
        rate: rateOf(index),
        base: { name: 'walk by cursor', rate: rateOf(cursor) },
        ratio: slower,
        target: `≤ ${TIMES.toFixed(1)}`,
        ok: slower <= TIMES,
      },
      {
        ...line,
        work: 'the same, growth of a page from the first quarter to the last, beside the walk by cursor',
        ratio: growth,
        target: '≤ 1.5 (linear)',
        ok: growth <= 1.5,
      },
      sameUsers(index, cursor),
    ];
  },
};

interface Walked {
  readonly ids: ReadonlySet<string>;
  /** Resources that were answered, repeated ones included. */
  readonly answered: number;
  readonly milliseconds: number;
  readonly pages: readonly number[];
  readonly totalResults: number;
}

function walk(list: UserList, queryOf: (read: number, cursor: string) => Record<string, string | number>) {
  const ids = new Set<string>();
  const pages: number[] = [];
  let answered = 0;
  let cursor: string | undefined = '';
  let totalResults = Number.POSITIVE_INFINITY;
  return {
    /** Reads the next page; false when there is none. */
    async step(): Promise<boolean> {
      if (cursor === undefined || answered >= totalResults) return false;
      const query = queryOf(answered, cursor);
      const page = await readUserPage(list, query);
      if (page.ids.length === 0) throw new WrongAnswersError(`The page after ${answered} users is empty.`);
      pages.push(page.milliseconds);
      for (const id of page.ids) ids.add(id);
      answered += page.ids.length;
      totalResults = page.totalResults;
      if ('cursor' in query) cursor = page.nextCursor;
      return true;
    },
    result: (): Walked => ({
      ids,
      answered,
      milliseconds: pages.reduce((sum, page) => sum + page, 0),
      pages,
      totalResults,
    }),
  };
}

/** Pages a second. */
function rateOf({ pages, milliseconds }: Walked): number {
  return pages.length / (milliseconds / 1_000);
}

function sameUsers(index: Walked, cursor: Walked): ResultLine {
  const isWhole = (walked: Walked): boolean =>
    walked.ids.size === walked.totalResults && walked.answered === walked.totalResults;
  return {
    row: '8',
    work: 'users met by the two walks',
    target: 'everybody once',
    found: `${index.answered} and ${cursor.answered} of ${index.totalResults}`,
    isFact: true,
    ok: isWhole(index) && isWhole(cursor) && [...cursor.ids].every((id) => index.ids.has(id)),
  };
}
