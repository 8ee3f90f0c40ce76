import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { port, readSettings, SettingsError } from './config.ts';

const schema = z.object({
  SOME_PORT: port(4001).meta({ description: 'the port of the gateway', example: '4001' }),
  SOME_URL: z
    .url({ error: 'it must be a URL' })
    .meta({ description: 'the mail server', example: 'smtp://localhost' }),
  SOME_SECRET: z.string().min(20, 'it is too short').optional().meta({ secret: true }),
});

describe('readSettings', () => {
  test('gives back parsed values, with defaults for what is not set or blank', () => {
    const settings = readSettings(schema, {
      SOME_PORT: '  ',
      SOME_URL: ' smtp://mail:25 ',
      OTHER: 'ignored',
    });
    expect(settings).toEqual({ SOME_PORT: 4001, SOME_URL: 'smtp://mail:25' });
  });

  test('names every wrong variable at once, its value, its fault and a value that works', () => {
    expect(() => readSettings(schema, { SOME_PORT: '70000' })).toThrowError(
      new SettingsError(
        [
          'The settings in the environment cannot be used:',
          '  SOME_PORT (the port of the gateway) is "70000": it must be a port, a whole number from 0 to 65535. Set it for example to SOME_PORT=4001.',
          '  SOME_URL (the mail server) is not set: it must be a URL. Set it for example to SOME_URL=smtp://localhost.',
        ].join('\n'),
      ),
    );
  });

  test('never shows the value of a secret', () => {
    expect(() => readSettings(schema, { SOME_URL: 'smtp://mail', SOME_SECRET: 'hunter2' })).toThrowError(
      new SettingsError(
        'The settings in the environment cannot be used:\n  SOME_SECRET is wrong: it is too short.',
      ),
    );
  });

  test.each(['abc', '-1', '1.5', '65536', '1e9', 'NaN'])('refuses %s as a port', (text) => {
    expect(() => readSettings(schema, { SOME_PORT: text, SOME_URL: 'smtp://mail' })).toThrowError(
      SettingsError,
    );
  });
});
