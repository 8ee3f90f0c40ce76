import { EmbeddedPostgresError } from '@rollcall/embedded-postgres/errors';
import { expect, test } from 'vitest';
import { explainFailure } from './explain-failure.ts';

test('a failure that names its remedy is shown as it is, without a stack', () => {
  expect(explainFailure(new EmbeddedPostgresError('Do this.'))).toBe('Do this.');
});

test('a taken port leads to SCIM_PORT', () => {
  const failure = Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:4001'), {
    code: 'EADDRINUSE',
  });
  expect(explainFailure(failure)).toBe(
    'listen EADDRINUSE: address already in use 127.0.0.1:4001: the port is taken, perhaps by another Rollcall. ' +
      'Free it, or set SCIM_PORT to another one.',
  );
});

test.for(['ECONNREFUSED', '28P01', '3D000'])(
  'a database that cannot be reached (%s) leads to DATABASE_URL',
  (code) => {
    expect(explainFailure(Object.assign(new Error('no way in'), { code }))).toBe(
      'The database that DATABASE_URL names cannot be used: no way in. Correct it, or unset it to use the embedded PostgreSQL.',
    );
  },
);

test('what nobody expected is shown with its stack', () => {
  expect(explainFailure(new TypeError('x is not a function'))).toMatch(
    /^TypeError: x is not a function\n\s+at /,
  );
});
