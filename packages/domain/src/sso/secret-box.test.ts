import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secretBox } from './secret-box.ts';

const [old, current, other] = [randomBytes(32), randomBytes(32), randomBytes(32)];

test('what was sealed opens again, for the same purpose', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, purpose) => {
      const box = secretBox(current);
      expect(box.open(purpose, box.seal(purpose, secret))).toBe(secret);
    }),
    { seed: 11, numRuns: 200 },
  );
});

test('it opens for no other purpose, and by no other key', () => {
  const sealed = secretBox(current).seal('a', 'secret');
  expect(secretBox(current).open('b', sealed)).toBeUndefined();
  expect(secretBox(other).open('a', sealed)).toBeUndefined();
});

test('a changed byte or a cut anywhere does not open', () => {
  const box = secretBox(current);
  const sealed = box.seal('a', 'secret');
  for (const index of sealed.keys()) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(box.open('a', changed)).toBeUndefined();
    expect(box.open('a', sealed.subarray(0, index))).toBeUndefined();
  }
});

test('a new key seals while the old one still opens', () => {
  const rotated = secretBox(current, old);
  expect(rotated.open('a', secretBox(old).seal('a', 'secret'))).toBe('secret');
  expect(secretBox(old).open('a', rotated.seal('a', 'secret'))).toBeUndefined();
});

test('the same secret never looks the same', () => {
  const box = secretBox(current);
  expect(box.seal('a', 'secret')).not.toEqual(box.seal('a', 'secret'));
});
