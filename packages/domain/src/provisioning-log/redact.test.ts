import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../json.ts';
import { newTokenValue } from '../scim-access/token-value.ts';
import { redactBody, redactText } from './redact.ts';

const RUNS = { numRuns: 300, seed: 20261122 };

const jsonValues: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value;

const codeUnits = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));

describe('redactBody', () => {
  test.each<[string, JsonValue, JsonValue]>([
    [
      'a password of a resource',
      { userName: 'a@b.example', password: 'hunter2', name: { familyName: 'B' } },
      { userName: 'a@b.example', password: '[redacted]', name: { familyName: 'B' } },
    ],
    ['a password in any letter case', { PassWord: 'hunter2' }, { PassWord: '[redacted]' }],
    ['a password that is no text', { password: { value: 'hunter2' } }, { password: '[redacted]' }],
    ['a password that is removed', { password: null }, { password: null }],
    [
      'a password by path',
      { Operations: [{ op: 'Replace', path: 'password', value: 'hunter2' }] },
      { Operations: [{ op: 'Replace', path: 'password', value: '[redacted]' }] },
    ],
    [
      'a password by its whole URN',
      {
        Operations: [
          { op: 'add', Path: 'urn:ietf:params:scim:schemas:core:2.0:User:password', Value: 'hunter2' },
        ],
      },
      {
        Operations: [
          { op: 'add', Path: 'urn:ietf:params:scim:schemas:core:2.0:User:password', Value: '[redacted]' },
        ],
      },
    ],
    [
      'a password without a path',
      { Operations: [{ op: 'replace', value: { active: false, password: 'hunter2' } }] },
      { Operations: [{ op: 'replace', value: { active: false, password: '[redacted]' } }] },
    ],
    [
      'a client secret',
      { client_secret: 'x', clientSecret: 'y' },
      { client_secret: '[redacted]', clientSecret: '[redacted]' },
    ],
    ['a header', { Authorization: 'anything' }, { Authorization: '[redacted]' }],
    [
      'a credential within a text',
      { note: 'use Bearer abcdefgh12345678' },
      { note: 'use Bearer [redacted]' },
    ],
  ])('removes %s', (_, body, expected) => {
    expect(redactBody(body)).toEqual(expected);
  });

  test('leaves a body without secrets as it is', () => {
    fc.assert(
      fc.property(jsonValues, (body) => {
        fc.pre(
          !/pass|pwd|secret|token|key|auth|cred|basic|bearer|eyj|rc[st]_|\\u0000|\\ud[89a-f]/iu.test(
            JSON.stringify(body),
          ),
        );
        expect(JSON.stringify(redactBody(body))).toBe(JSON.stringify(body));
      }),
      RUNS,
    );
  });

  test('removes a token of ours wherever it stands', () => {
    fc.assert(
      fc.property(jsonValues, fc.string(), (body, words) => {
        const token = newTokenValue('scim');
        const kept = JSON.stringify(redactBody({ deep: [{ [`key ${token}`]: `${words} ${token}.` }, body] }));
        expect(kept).not.toContain(token);
      }),
      RUNS,
    );
  });

  test('gives back only what PostgreSQL can store', () => {
    fc.assert(
      fc.property(codeUnits, codeUnits, (name, text) => {
        const kept = JSON.stringify(redactBody({ [`${name}\uD800\0`]: `\0${text}\uDFFF` }));
        expect(kept).not.toMatch(/\\u0000|\\ud[89a-f]/iu);
      }),
      RUNS,
    );
  });

  test('keeps no more of a body than it is told, and marks what it cut', () => {
    fc.assert(
      fc.property(jsonValues, fc.integer({ min: 0, max: 500 }), (body, most) => {
        // A name, a bracket and a mark may still follow at each level when the room is used up.
        expect(JSON.stringify(redactBody(body, most)).length).toBeLessThan(most + 2000);
      }),
      RUNS,
    );
    const members = Array.from({ length: 100_000 }, (_, index) => ({ value: `member ${index}` }));
    const kept = JSON.stringify(redactBody({ displayName: 'Everybody', members, externalId: 'x' }));
    expect(kept.length).toBeLessThan(65_000);
    expect(kept).toMatch(/"\[cut\] \d+ more"/u);
    expect(kept).toContain('"[cut]":true');
    expect(redactBody('x'.repeat(100_000))).toMatch(/^x{8000}\[cut\]$/u);
  });

  test('reads a body that is nested deeply without an error', () => {
    let body: JsonValue = 'innermost';
    for (let depth = 0; depth < 10_000; depth += 1) body = depth % 2 === 0 ? [body] : { deeper: body };
    expect(JSON.stringify(redactBody(body))).toContain('[cut]');
  });
});

describe('redactText', () => {
  test.each([
    [
      '/Users?filter=password%20eq%20%22hunter2%22&count=1',
      '/Users?filter=password%20eq%20[redacted]&count=1',
    ],
    ['/Users?filter=password+eq+"hun ter2"', '/Users?filter=password+eq+[redacted]'],
    ['Bearer abcdef1234567890', 'Bearer [redacted]'],
    ['basic dXNlcjpwYXNzd29yZA==', 'basic [redacted]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!', '[redacted]!'],
    ['a basic profile', 'a basic profile'],
    [
      '/Users?filter=userName%20eq%20%22anna@acme.example%22',
      '/Users?filter=userName%20eq%20%22anna@acme.example%22',
    ],
  ])('%s becomes %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});
