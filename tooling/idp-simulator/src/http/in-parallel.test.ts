import { expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';

it('every item is worked on once, never more than the limit at the same time', async () => {
  const worked: number[] = [];
  let [now, most] = [0, 0];
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
    worked.push(item);
  });
  expect(new Set(worked)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
  expect(worked).toHaveLength(7);
  expect(most).toBe(3);
});

it('after a failure nothing new is begun, and the failure is thrown', async () => {
  const begun: number[] = [];
  const work = inParallel([1, 2, 3, 4], 1, async (item) => {
    begun.push(item);
    if (item === 2) throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(begun).toEqual([1, 2]);
});
