import { expect, it } from 'vitest';
import { startProgress } from './progress.ts';
import { requestRows, summaryText } from './summary.ts';

const exchanges = [
  ...Array.from({ length: 99 }, (_, index) => ({
    kind: 'create user',
    method: 'POST',
    path: '/Users',
    status: 201,
    ms: index + 1,
  })),
  { kind: 'create user', method: 'POST', path: '/Users', status: 500, ms: 400 },
];

it('requests are counted by kind with the median, the slowest hundredth and the statuses', () => {
  expect(requestRows(exchanges)).toEqual([
    { kind: 'create user', count: 100, p50Ms: 51, p99Ms: 400, statuses: { '201': 99, '500': 1 } },
  ]);
});

it('a failed run names every difference and every unexplained answer', () => {
  const text = summaryText({
    provider: 'Entra ID',
    settings: {},
    people: 2,
    groups: 1,
    seconds: 1.5,
    requests: requestRows(exchanges),
    differences: ['person a@x.io: title is absent, expected "Lead"'],
    surprises: [{ why: 'answered 500', request: 'POST /Users {}', answer: '500 oops' }],
    passed: false,
  });
  expect(text).toBe(`
request              count    p50 ms    p99 ms  statuses
create user            100      51.0     400.0  201×99 500×1

Unexplained answers (1):
  answered 500
    request: POST /Users {}
    answer:  500 oops

Differences (1):
  person a@x.io: title is absent, expected "Lead"

FAILED: 2 people and 1 groups in 1.5 s; 1 differences, 1 unexplained answers.
`);
});

it('a terminal sees one line that rewrites itself', () => {
  expect(played(true)).toBe(
    [
      '\r\u001b[2Kfirst sync                        1 requests  1.0 s',
      '\r\u001b[2Kfirst sync                        2 requests  2.0 s',
      '\r\u001b[2Kfirst sync                        2 requests  3.0 s\n',
    ].join(''),
  );
});

it('a file gets one line per phase', () => {
  expect(played(false)).toBe('first sync                        2 requests  3.0 s\n');
});

function played(isTTY: boolean): string {
  let [text, clock] = ['', 0];
  const write = (more: string): void => {
    text += more;
  };
  const progress = startProgress({ isTTY, write }, () => clock);
  progress.phase('first sync');
  for (clock of [1000, 2000]) progress.tick();
  clock = 3000;
  progress.end();
  return text;
}
