import { expect, test } from 'vitest';
import { isId, newId } from './ids.ts';

test('ids of one process are all different, and each is greater than the one before', () => {
  const ids = Array.from({ length: 100_000 }, () => newId());
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => isId(id))).toBe(true);
});

test('an id tells when it was made, to the millisecond', () => {
  const before = Date.now();
  const made = Number.parseInt(newId().replaceAll('-', '').slice(0, 12), 16);
  expect(made).toBeGreaterThanOrEqual(before);
  expect(made).toBeLessThanOrEqual(Date.now() + 1);
});
