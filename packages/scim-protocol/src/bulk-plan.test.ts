import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fuzzing } from '../test/fuzzing.ts';
import { readFixture } from '../test/read-fixture.ts';
import { planBulk } from './bulk-plan.ts';
import { stepsInOrder } from './bulk-order.ts';
import { BULK_REQUEST_URN, parseBulkRequest } from './bulk-request.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { createReading } from './reading.ts';

/** Each step in a few characters: an index, a circle in parentheses, a refusal with its status. */
function planOf(body: JsonValue): string {
  const limits = { maxOperations: 100, baseUrl: 'https://scim.example.com/v2' };
  const { operations } = parseBulkRequest(body, limits, createReading('lenient'));
  return planBulk(operations)
    .map((step) => {
      if (step.kind === 'circle') return `(${step.members.map(({ index }) => index).join(' ')})`;
      return step.kind === 'single' ? step.index : `${step.index}:${step.operation.refusal.status}`;
    })
    .join(' ');
}

function post(bulkId: string, ...names: string[]): JsonObject {
  return { method: 'POST', path: '/Groups', bulkId, data: { members: names.map((value) => ({ value })) } };
}

function request(...operations: JsonObject[]): JsonObject {
  return { schemas: [BULK_REQUEST_URN], Operations: operations };
}

test('the circles of RFC 7644 3.7.1 are done together', () => {
  expect(planOf(readFixture('rfc7644/3.7.1-circular-groups'))).toBe('(0 1)');
  expect(planOf(readFixture('rfc7644/3.7.2-managers'))).toBe('(0 1)');
  expect(planOf(readFixture('rfc7644/3.7.2-user-and-group'))).toBe('0 1');
});

test('an operation comes after those that make what it names, wherever they are in the request', () => {
  expect(planOf(request(post('a', 'bulkId:c'), post('b'), post('c', 'bulkId:d'), post('d')))).toBe('3 2 0 1');
});

test('an operation that names itself is a circle of one', () => {
  expect(planOf(request(post('a', 'bulkId:a'), post('b')))).toBe('(0) 1');
});

test('operations that share a bulkId are refused, and so is whoever names one that nobody makes', () => {
  expect(planOf(request(post('a'), post('a'), post('b', 'bulkId:x'), post('c')))).toBe('0:400 1:400 2:400 3');
});

test('who names an operation that is refused comes after it and is not refused here', () => {
  expect(planOf(request(post('a', 'bulkId:b'), post('b', 'bulkId:x')))).toBe('1:400 0');
});

test('a reference is found in a path, a $ref and a PATCH path, and not inside of other text', () => {
  const patch = {
    method: 'PATCH',
    path: '/Groups/bulkId:a',
    data: {
      Operations: [
        { op: 'remove', path: 'members[value eq "bulkId:b"]' },
        { op: 'add', path: 'members', value: [{ $ref: '../Users/bulkId:c' }] },
        { op: 'replace', path: 'displayName', value: 'see bulkId:unknown' },
      ],
    },
  };
  expect(planOf(request(patch, post('a'), post('b'), post('c')))).toBe('1 2 3 0');
});

test('every thing comes once, after what it needs, and a circle is never split or joined with another', () => {
  const graphs = fc.integer({ min: 0, max: 12 }).chain((size) =>
    fc.array(fc.array(fc.nat({ max: Math.max(size - 1, 0) }), { maxLength: 3 }), {
      minLength: size,
      maxLength: size,
    }),
  );
  fc.assert(
    fc.property(graphs, (needs) => {
      const steps = stepsInOrder(needs);
      expect(steps.flat().toSorted((a, b) => a - b)).toEqual([...needs.keys()]);
      const reach = reachableFrom(needs);
      const done = new Set<number>();
      for (const step of steps) {
        const together = new Set(step);
        for (const one of step) {
          for (const need of needs[one] ?? []) expect(done.has(need) || together.has(need)).toBe(true);
          for (const other of needs.keys()) {
            const inCircle = one === other || (reach[one]?.has(other) && reach[other]?.has(one)) === true;
            expect(together.has(other)).toBe(inCircle);
          }
        }
        for (const one of step) done.add(one);
      }
    }),
    fuzzing(1_000),
  );
});

test('what needs nothing keeps its order, and a chain as long as the request is no problem', () => {
  expect(stepsInOrder([[], [], []])).toEqual([[0], [1], [2]]);
  const chain = Array.from({ length: 100_000 }, (_, index) => (index === 99_999 ? [] : [index + 1]));
  expect(stepsInOrder(chain)[0]).toEqual([99_999]);
});

/** Slow and plain: for each thing, all that it needs, directly or not. */
function reachableFrom(needs: readonly (readonly number[])[]): readonly ReadonlySet<number>[] {
  return needs.map((_, start) => {
    const reached = new Set<number>();
    const waiting = [...(needs[start] ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      waiting.push(...(needs[next] ?? []));
    }
    return reached;
  });
}
