import { EmbeddedPostgresError } from '@rollcall/embedded-postgres/errors';
import { expect, test } from 'vitest';
import { explainFailure } from './explain-failure.ts';

test('a failure that names its remedy is shown as it is, without a stack', () => {
  expect(explainFailure(new EmbeddedPostgresError('Do this.'), {})).toBe('Do this.');
});

test.for([
  { port: 4000, env: {}, setting: 'ADMIN_PORT' },
  { port: 4001, env: {}, setting: 'SCIM_PORT' },
  { port: 4002, env: { IDP_PORT: '' }, setting: 'IDP_PORT' },
  { port: 4003, env: {}, setting: 'WORKER_PORT' },
  { port: 7777, env: { SCIM_PORT: '7777' }, setting: 'SCIM_PORT' },
  { port: undefined, env: {}, setting: 'ADMIN_PORT, SCIM_PORT, IDP_PORT, WORKER_PORT' },
])('a taken port $port leads to $setting', ({ port, env, setting }) => {
  const message = `listen EADDRINUSE: address already in use 127.0.0.1:${port}`;
  const failure = Object.assign(new Error(message), { code: 'EADDRINUSE', port });
  expect(explainFailure(failure, env)).toBe(
    `${message}: the port is taken, perhaps by another Rollcall. Free it, or set ${setting} to another one.`,
  );
});

test.for(['ECONNREFUSED', '28P01', '3D000'])(
  'a database that cannot be reached (%s) leads to DATABASE_URL',
  (code) => {
    expect(explainFailure(Object.assign(new Error('no way in'), { code }), {})).toBe(
      'The database that DATABASE_URL names cannot be used: no way in. Correct it, or unset it to use the embedded PostgreSQL.',
    );
  },
);

test('what nobody expected is shown with its stack', () => {
  expect(explainFailure(new TypeError('x is not a function'), {})).toMatch(
    /^TypeError: x is not a function\n\s+at /,
  );
});
