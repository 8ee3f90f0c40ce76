import { describe, expect, test } from 'vitest';
import { createLogger } from './logger.ts';

const TOKEN = `rcs_${'a1'.repeat(24)}Z`;

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ name: 'test', destination: { write: (line) => lines.push(line) } }));
  return lines.join('');
}

describe('a log line', () => {
  test('is JSON with the fields of the event', () => {
    const line = logged((logger) => logger.info({ groupId: 'g1', added: 3 }, 'group members changed'));
    expect(JSON.parse(line)).toMatchObject({
      level: 30,
      name: 'test',
      groupId: 'g1',
      added: 3,
      msg: 'group members changed',
    });
  });

  test('holds no token, wherever it got in', () => {
    const line = logged((logger) => {
      logger.info({ req: { headers: { authorization: `Bearer ${TOKEN}` } } }, `token ${TOKEN} refused`);
      logger.error({ err: new Error(`refused ${TOKEN}`), url: `/scim?token=${TOKEN}` }, 'failed');
      logger.info({ header: 'Bearer abcdef0123456789', other: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln' });
    });
    expect(line).not.toContain(TOKEN);
    expect(line).not.toContain('abcdef0123456789');
    expect(line).not.toContain('eyJzdWIiOiIxIn0');
    expect(line).toContain('rcs_[redacted]');
  });

  test('holds no password of a connection string and keeps the host', () => {
    const line = logged((logger) => logger.info('postgres://rollcall:hunter2@db.example.com:5432/rollcall'));
    expect(line).not.toContain('hunter2');
    expect(line).toContain('db.example.com:5432');
  });

  test('names no person by address and keeps the domain', () => {
    const line = logged((logger) =>
      logger.info({
        path: '/Users?filter=userName eq "anna.svensson@example.com"',
        to: 'Änne#EXT#@example.org',
      }),
    );
    expect(line).not.toMatch(/anna|svensson|Änne/u);
    expect(line).toContain('@example.com');
    expect(line).toContain('@example.org');
  });

  test('with a word of a million letters is written at once', { timeout: 2000 }, () => {
    expect(logged((logger) => logger.info('a'.repeat(1_000_000)))).toContain('aaaa');
  });

  test('tells of an error its message, code, stack and cause, and nothing that hangs on it', () => {
    const cause = Object.assign(new Error('broken pipe'), { code: 'EPIPE', client: { row: 'private' } });
    const line = logged((logger) => logger.error({ err: new Error('query failed', { cause }) }, 'failed'));
    expect(JSON.parse(line)).toMatchObject({
      err: { type: 'Error', message: 'query failed', cause: { message: 'broken pipe', code: 'EPIPE' } },
    });
    expect(line).toContain('logger.test.ts');
    expect(line).not.toContain('private');
  });

  test('leaves out fields that carry a secret by their name', () => {
    const line = logged((logger) => logger.info({ password: 'hunter2', user: { secret: 'hunter2' } }));
    expect(line).not.toContain('hunter2');
  });
});
