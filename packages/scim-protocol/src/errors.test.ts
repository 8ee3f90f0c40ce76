import { expect, test } from 'vitest';

import * as errors from './errors.ts';

const { ScimError, scimErrorBody } = errors;

test('an error body has its status as a string, and scimType only where the RFC defines one', () => {
  expect(scimErrorBody(400, 'invalidPath', 'No such attribute.')).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '400',
    scimType: 'invalidPath',
    detail: 'No such attribute.',
  });
  expect(scimErrorBody(404, undefined, 'Gone.')).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '404',
    detail: 'Gone.',
  });
});

test.each([
  [errors.invalidFilter, 400, 'invalidFilter'],
  [errors.invalidPath, 400, 'invalidPath'],
  [errors.invalidValue, 400, 'invalidValue'],
  [errors.invalidSyntax, 400, 'invalidSyntax'],
  [errors.noTarget, 400, 'noTarget'],
  [errors.mutability, 400, 'mutability'],
  [errors.tooMany, 400, 'tooMany'],
  [errors.uniqueness, 409, 'uniqueness'],
  [errors.notFound, 404, undefined],
] as const)('%o makes the status and scimType of RFC 7644 3.12', (make, status, scimType) => {
  const error = make('why');
  expect(error).toBeInstanceOf(ScimError);
  expect(error).toMatchObject({ status, scimType, detail: 'why', message: 'why', name: 'ScimError' });
});
