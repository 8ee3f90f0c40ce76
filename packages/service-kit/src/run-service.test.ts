import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';

const RUN_SERVICE = JSON.stringify(new URL('run-service.ts', import.meta.url).href);
const LOGGER = JSON.stringify(new URL('logger.ts', import.meta.url).href);

/** Starts a process that runs a service, written as an expression of type AsyncDisposable, and reads its lines. */
function startProcess(service: string, options = '{}') {
  const source = `
    import { runService } from ${RUN_SERVICE};
    import { createLogger } from ${LOGGER};
    const keepAlive = setInterval(() => {}, 1000);
    const done = () => clearInterval(keepAlive);
    const never = new Promise(() => {});
    const logger = createLogger({ name: 'test' });
    await runService(async () => { const service = ${service}; console.log('started'); return service; },
      { logger, ...${options} });
    done();
    console.log('after');`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  return {
    child,
    lines,
    async line(text: string): Promise<void> {
      while (!lines.some((line) => line.includes(text))) await once(output, 'line');
    },
    exit: exitOf(child),
  };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  await once(child, 'close');
  return child.exitCode;
}

describe('runService', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'finishes what it began on %s and exits with 0',
    async (signal) => {
      const service = startProcess(`{ async [Symbol.asyncDispose]() { console.log('disposed'); done(); } }`);
      await service.line('started');
      service.child.kill(signal);
      expect(await service.exit).toBe(0);
      expect(service.lines).toContain('disposed');
      expect(service.lines).toContain('after');
    },
  );

  test('exits at once on a second signal', async () => {
    const service = startProcess(
      `{ async [Symbol.asyncDispose]() { console.log('disposing'); await never; } }`,
    );
    await service.line('started');
    service.child.kill('SIGTERM');
    await service.line('disposing');
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(1);
    expect(service.lines).not.toContain('after');
  });

  test('gives a service that does not finish no more than its time', async () => {
    const service = startProcess(
      '{ async [Symbol.asyncDispose]() { await never; } }',
      '{ stopWithinMs: 50 }',
    );
    await service.line('started');
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(1);
    expect(service.lines.join()).toContain('did not stop in time');
  });

  test('says why a service could not start and exits with 1', async () => {
    const service = startProcess(`(() => { done(); throw new Error('the port is taken'); })()`);
    expect(await service.exit).toBe(1);
    expect(service.lines.join()).toContain('the port is taken');
  });

  test('stops in order, with exit code 1, after an error that nobody caught', async () => {
    const service = startProcess(
      `(setTimeout(() => { throw new Error('nobody caught this'); }), { async [Symbol.asyncDispose]() { console.log('disposed'); done(); } })`,
    );
    expect(await service.exit).toBe(1);
    expect(service.lines).toContain('disposed');
    expect(service.lines.join()).toContain('nobody caught this');
  });

  test('stops when its parent is gone', async () => {
    const parent = spawn(
      '/bin/sh',
      ['-c', '"$0" "$@" & wait', process.execPath, '--input-type=module-typescript', '-e', orphanSource()],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const lines = createInterface({ input: parent.stdout });
    const said: string[] = [];
    for await (const line of lines) {
      said.push(line);
      if (line === 'started') parent.kill('SIGKILL');
    }
    expect(said).toContain('disposed');
  });
});

function orphanSource(): string {
  return `
    import { runService } from ${RUN_SERVICE};
    import { createLogger } from ${LOGGER};
    const keepAlive = setInterval(() => {}, 1000);
    await runService(async () => {
      console.log('started');
      return { async [Symbol.asyncDispose]() { console.log('disposed'); clearInterval(keepAlive); } };
    }, { logger: createLogger({ name: 'test' }), stopWithParent: true });`;
}
