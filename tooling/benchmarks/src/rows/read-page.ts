import { userId } from '../dataset/people.ts';
import { closeUserPages, readUserPage, type UserList } from '../load/user-pages.ts';
import { takeTurns, WrongAnswersError } from '../measuring/take-turns.ts';
import { alike, asContext } from '../report/result-lines.ts';
import { type Bench, floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

const PAGE = 100;

/**
 * A page by cursor: the first, the one in the middle and the last of all people. Without their groups: the first people are
 * in all the large groups and the last in none, so that pages would differ by more than their place.
 */
export const readPage: Row = {
  number: '7',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { measured } = bench.dataset;
    const users = Math.min(PAGE, Math.floor(measured.people.count / 4));
    const path = `${scimPath(measured)}/Users`;
    const cursors = await cursorsOf(bench, { url: gateway.url + path, token: measured.token }, users);
    const page = (cursor: string) =>
      productJob(bench, gateway, measured, {
        kind: 'readPage',
        path: `${path}?excludedAttributes=groups&count=${users}&cursor=${encodeURIComponent(cursor)}`,
        users,
      });
    const middle = userId(measured.people, Math.floor(measured.people.count / 2));
    const of = await takeTurns(bench, {
      floor: floorJob(bench, { kind: 'floorPage', base: floorPath(measured), after: middle, users }),
      first: page(''),
      middle: page(cursors.middle),
      last: page(cursors.last),
    });
    const peakMemory = gateway.peakMemory();
    const line = (place: 'first' | 'middle' | 'last') => ({
      row: '7',
      work: `page of ${users} by cursor, ${place} of ${measured.people.count} users`,
      product: of(place),
      peakMemory,
    });
    const first = { name: 'first page', measured: of('first') };
    return [
      asContext({ ...line('first'), base: { name: 'F-page', measured: of('floor') } }),
      alike(1.3, { ...line('middle'), base: first }),
      alike(1.3, { ...line('last'), base: first }),
      alike(1.3, { ...line('last'), base: { name: 'page in the middle', measured: of('middle') } }),
    ];
  },
};

/** Walks to the end, and keeps the cursors of the pages in the middle and at the end: the last one that is full. */
async function cursorsOf(
  bench: Bench,
  list: UserList,
  users: number,
): Promise<{ middle: string; last: string }> {
  const { rows } = await bench.database.client.query<{ shown: number }>(
    'select count(*)::int as shown from users where account_id = $1 and in_scim',
    [bench.dataset.measured.id],
  );
  const pages = Math.floor((rows[0]?.shown ?? 0) / users);
  let cursor = '';
  let middle = '';
  for (let page = 0; page < pages - 1; page += 1) {
    if (page === Math.floor(pages / 2)) middle = cursor;
    const { nextCursor } = await readUserPage(list, { cursor, count: users });
    if (nextCursor === undefined) {
      throw new WrongAnswersError(`The walk by cursor ended with page ${page + 1} of ${pages}.`);
    }
    cursor = nextCursor;
  }
  closeUserPages();
  return { middle, last: cursor };
}
