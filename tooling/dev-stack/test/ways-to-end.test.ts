import { expect, test, vi } from 'vitest';
import { npmStart, stillRunning, temporaryFolder, type RunningStack } from './npm-start.ts';

const waysToEnd: { way: string; end: (stack: RunningStack) => void }[] = [
  { way: 'Ctrl-C in the terminal', end: ({ npm }) => process.kill(-Number(npm.pid), 'SIGINT') },
  { way: 'a closed terminal', end: ({ npm }) => process.kill(-Number(npm.pid), 'SIGHUP') },
  { way: 'SIGTERM to npm alone', end: ({ npm }) => npm.kill('SIGTERM') },
  { way: 'SIGKILL of npm alone', end: ({ npm }) => npm.kill('SIGKILL') },
  { way: 'SIGKILL of the start process', end: ({ stack }) => process.kill(stack, 'SIGKILL') },
  { way: 'SIGKILL of the whole group', end: ({ npm }) => process.kill(-Number(npm.pid), 'SIGKILL') },
  { way: 'the death of the database', end: ({ postgres }) => process.kill(postgres, 'SIGKILL') },
];

test.for(waysToEnd)('$way leaves nothing running after 5 s, and the next start works', async ({ end }) => {
  const dataDir = temporaryFolder();
  const stack = await npmStart(dataDir);
  expect(stack.processes.length).toBeGreaterThanOrEqual(4);
  end(stack);
  await vi.waitFor(() => expect(stillRunning(stack.processes)).toEqual([]), {
    timeout: 5_000,
    interval: 100,
  });

  const next = await npmStart(dataDir);
  expect(next.screen()).not.toContain('Creating the database');
});

test('a second start on the same data says that the first one runs and leaves it alone', async () => {
  const dataDir = temporaryFolder();
  const first = await npmStart(dataDir);
  await expect(npmStart(dataDir)).rejects.toThrow(`Rollcall's database is already running`);
  expect(stillRunning([first.stack, first.postgres])).toHaveLength(2);
});
