import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { openLink, sealLink } from './link.ts';

let database: TestDatabase;
const target = { accountId: newId(), id: newId() };

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('a link is the same however often its mail is written, and opens what it was made for', async () => {
  const [once, again] = await Promise.all([
    sealLink(database.db, 'invitation', target),
    sealLink(database.db, 'invitation', target),
  ]);
  expect(again).toBe(once);
  expect(once).toMatch(/^[\w-]{75}$/u);
  expect(await openLink(database.db, 'invitation', once)).toEqual(target);
});

test('a link for one purpose opens nothing of another', async () => {
  const token = await sealLink(database.db, 'invitation', target);
  expect(await openLink(database.db, 'email_confirmation', token)).toBeUndefined();
});

test('no change of a single character leaves a link that opens', async () => {
  const token = await sealLink(database.db, 'invitation', target);
  const character = fc.constantFrom('A', 'B', 'Z', 'a', 'b', 'z', '0', '1', '9', '-', '_');
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: token.length - 1 }), character, async (index, other) => {
      const changed = `${token.slice(0, index)}${other}${token.slice(index + 1)}`;
      const opened = await openLink(database.db, 'invitation', changed);
      expect(opened).toEqual(changed === token ? target : undefined);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('whatever else comes is no link, and no error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 120 }), async (text) => {
      expect(await openLink(database.db, 'invitation', text)).toBeUndefined();
    }),
    { seed: 7, numRuns: 200 },
  );
  const token = await sealLink(database.db, 'invitation', target);
  for (const other of [`${token}=`, `${token} `, token.slice(1), `${token}A`]) {
    expect(await openLink(database.db, 'invitation', other)).toBeUndefined();
  }
});
