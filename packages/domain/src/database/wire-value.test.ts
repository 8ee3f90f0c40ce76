import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testDatabase } from '../testing/database.ts';
import { wireValue } from './wire-value.ts';

// PostgreSQL's text has every character but NUL.
const text = fc.string({ unit: 'binary', maxLength: 30 }).filter((each) => !each.includes('\0'));
const instant = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

it('every value comes back from the database as it was sent', async () => {
  await using database = await testDatabase({ poolSize: 1 });
  const given = fc.record({
    text: fc.option(text),
    texts: fc.array(fc.option(text), { maxLength: 5 }),
    whole: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    yes: fc.boolean(),
    bytes: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    instant,
    json: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(given, async (values) => {
      const { rows } = await sql`
        select ${values.text}::text as text, ${values.texts}::text[] as texts, ${values.whole}::int as whole,
          ${values.yes}::boolean as yes, ${values.bytes}::bytea as bytes, ${values.instant}::timestamptz as instant,
          ${values.json}::jsonb as json`.execute(database.db);
      expect(rows).toEqual([values]);
    }),
    { seed: 1, numRuns: 200 },
  );
});

it.each([
  [new Date('2026-11-22T07:15:51.123Z'), '2026-11-22T07:15:51.123Z'],
  [new Date('+010000-01-01T00:00:00Z'), '10000-01-01T00:00:00.000Z'],
  [new Date('0000-12-31T00:00:00Z'), '0001-12-31T00:00:00.000Z BC'],
  [new Date('-000043-03-15T00:00:00Z'), '0044-03-15T00:00:00.000Z BC'],
])('the instant %j is written so that PostgreSQL reads it in any year', (date, written) => {
  expect(wireValue(date)).toBe(written);
});

it('a date that is none is refused before anything is sent', () => {
  expect(() => wireValue(new Date(Number.NaN))).toThrow(RangeError);
});
