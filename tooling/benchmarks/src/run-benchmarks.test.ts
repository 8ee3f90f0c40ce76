import { testDatabase } from '@rollcall/domain/testing/database';
import { expect, test } from 'vitest';
import { SMOKE } from './options.ts';
import { markdownTable } from './report/table.ts';
import { ALL_ROWS } from './rows/all-rows.ts';
import { runBenchmarks } from './run-benchmarks.ts';

test(
  'every row measures right answers, and what is no matter of time holds',
  { timeout: 240_000 },
  async () => {
    await using server = await testDatabase();
    const report = await runBenchmarks({
      sizes: SMOKE,
      rows: undefined,
      serverUrl: server.url,
      profile: undefined,
      say: () => undefined,
    });

    expect([...new Set(report.lines.map((line) => line.row))]).toEqual(ALL_ROWS.map((row) => row.number));
    const facts = report.lines.filter((line) => line.isFact === true);
    expect(facts.map(({ work, ok }) => ({ work, ok }))).toEqual([
      { work: '80 creations for 40 free seats', ok: true },
      { work: 'users met by the two walks', ok: true },
      { work: 'GET /Groups?excludedAttributes=members, 8 groups', ok: true },
      { work: 'GET /Groups, 8 groups with 200 members', ok: true },
      { work: '64 clients add 100 members to one group', ok: true },
      { work: 'everything of the first synchronization', ok: true },
      { work: 'members after each cleanup was undone', ok: true },
    ]);
    expect(markdownTable(report)).toContain('| 13 | 64 clients add 100 members to one group |');
  },
);

test('a row that there is not is refused before anything is started', async () => {
  const run = runBenchmarks({
    sizes: SMOKE,
    rows: ['1', '99'],
    serverUrl: 'postgres://127.0.0.1:1/nowhere',
    profile: undefined,
    say: () => undefined,
  });
  await expect(run).rejects.toThrow('There is no row 99');
});
