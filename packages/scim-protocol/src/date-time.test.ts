import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseDateTime } from './date-time.ts';

test.each([
  ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00.000000000Z'],
  ['2026-01-31T08:00:00.1234567Z', '2026-01-31T08:00:00.123456700Z'],
  ['2026-01-31T00:30:00+01:00', '2026-01-30T23:30:00.000000000Z'],
  ['2026-01-31T20:00:00-05:30', '2026-02-01T01:30:00.000000000Z'],
  ['2026-01-31t08:00:00z', '2026-01-31T08:00:00.000000000Z'],
  ['2026-01-31T08:00:00', '2026-01-31T08:00:00.000000000Z'],
  ['0001-01-03T00:00:00.0000000Z', '0001-01-03T00:00:00.000000000Z'],
  ['0001-01-01T00:00:00+14:00', '0001-01-01T00:00:00.000000000Z'],
  ['9999-12-31T23:59:59-01:00', '9999-12-31T23:59:59.999999999Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000000000Z'],
])('%s is the instant %s', (text, instant) => {
  expect(parseDateTime(text)).toBe(instant);
});

test.each([
  '',
  '2026',
  '2026-01-31',
  '2026-13-01T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-01-31T24:01:00Z',
  '2026-01-31T08:00Z',
  'yesterday',
  '2026-01-31T08:00:00+25:00',
])('%j is no date', (text) => {
  expect(parseDateTime(text)).toBeUndefined();
});

test('the order of the texts is the order of the instants', () => {
  const instant = fc.date({ min: new Date('0002-01-01'), max: new Date('9998-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      const [left = '', right = ''] = [parseDateTime(a.toISOString()), parseDateTime(b.toISOString())];
      expect(left < right).toBe(a < b);
    }),
    { numRuns: 300, seed: 3 },
  );
});
