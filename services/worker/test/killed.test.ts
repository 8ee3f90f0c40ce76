import { releaseTasksOfDeadWorkers } from '@rollcall/domain/jobs/dead-workers';
import { expect, test } from 'vitest';
import { workerWorld } from './harness.ts';
import { startMailServer } from './mail-server.ts';

// Processes start, on machines that do other things as well.
const PATIENT = { timeout: 90_000 };

test(
  'what a worker was doing when it was killed with SIGKILL, another one does soon after',
  PATIENT,
  async () => {
    await using world = await workerWorld();
    await using server = await startMailServer({ held: true });
    const acme = await world.addAccount('Acme');
    await using first = await world.spawn({ SMTP_URL: server.url });
    await acme.idp.post({ userName: 'ana@elsewhere.example' });
    await expect.poll(server.begun, PATIENT).toBe(1);
    await first.kill('SIGKILL');
    await using _second = await world.work({ SMTP_URL: server.url });
    await expect.poll(server.begun, PATIENT).toBe(2);
    server.release();
    await expect
      .poll(() => server.received.map(({ to }) => to), PATIENT)
      .toContainEqual(['ana@elsewhere.example']);
  },
);

test('two workers at once leave each other their tasks', PATIENT, async () => {
  await using world = await workerWorld();
  await using server = await startMailServer({ held: true });
  const acme = await world.addAccount('Acme');
  await using _first = await world.work({ SMTP_URL: server.url });
  await acme.idp.post({ userName: 'ana@elsewhere.example' });
  await expect.poll(server.begun, PATIENT).toBe(1);
  await using second = await world.work({ SMTP_URL: server.url });
  await expect.poll(async () => (await fetch(`${second.url}/readyz`)).status, PATIENT).toBe(200);
  expect(await releaseTasksOfDeadWorkers(world.database.db)).toEqual([]);
  await acme.idp.post({ userName: 'bo@elsewhere.example' });
  await expect.poll(server.begun, PATIENT).toBe(2);
  server.release();
  await expect
    .poll(() => server.received.map(({ to }) => to.join()).toSorted(), PATIENT)
    .toEqual(['ana@elsewhere.example', 'bo@elsewhere.example']);
});
