import { afterAll, describe, expect, test } from 'vitest';
import { at, clientWith, startTestAdminApi, textAt } from './harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());
const acme = await api.addAccount('acme');
const other = await api.addAccount('other');

const TOKEN = 'id name hint state permissionSets expiresAt lastUsedAt createdBy { kind name }';

describe('service tokens', () => {
  test('are shown once, work at once, and are refused on the very next request after they were revoked', async () => {
    const made = await acme.admin.mutate(
      'serviceTokenCreate',
      { name: 'nightly', permissionSets: ['ACCOUNT_VIEWER'] },
      `value serviceToken { ${TOKEN} }`,
    );
    expect(made).toMatchObject({
      __typename: 'ServiceTokenCreatePayload',
      serviceToken: {
        name: 'nightly',
        state: 'IN_FORCE',
        permissionSets: ['ACCOUNT_VIEWER'],
        createdBy: { kind: 'service_token' },
      },
    });
    expect(textAt(made, 'value')).toMatch(/^rct_/u);
    const nightly = clientWith(api.app, textAt(made, 'value'));
    expect((await nightly.query('{ viewer { kind name permissionSets account { slug } } }')).data).toEqual({
      viewer: {
        kind: 'SERVICE_TOKEN',
        name: 'nightly',
        permissionSets: ['ACCOUNT_VIEWER'],
        account: { slug: 'acme' },
      },
    });
    const revoked = await acme.admin.mutate(
      'serviceTokenRevoke',
      { id: textAt(made, 'serviceToken.id') },
      'serviceToken { state }',
    );
    expect(revoked).toMatchObject({ serviceToken: { state: 'REVOKED' } });
    expect(await nightly.query('{ viewer { kind } }')).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    const { data, text } = await acme.admin.query('{ account { serviceTokens { name state hint } } }');
    const hint = `rct_…${textAt(made, 'value').slice(-4)}`;
    expect(at(data, 'account.serviceTokens')).toContainEqual({ name: 'nightly', state: 'REVOKED', hint });
    expect(text).not.toContain(textAt(made, 'value'));
  });

  test('give nothing that their maker lacks', async () => {
    const security = await acme.as('security_admin');
    expect(
      await security.mutate(
        'serviceTokenCreate',
        { name: 'climber', permissionSets: ['MEMBER', 'ACCOUNT_ADMIN'] },
        'value',
      ),
    ).toMatchObject({ __typename: 'Forbidden', code: 'FORBIDDEN' });
    expect(
      await security.mutate(
        'serviceTokenCreate',
        { name: 'fine', permissionSets: ['SECURITY_ADMIN'] },
        'value',
      ),
    ).toMatchObject({ __typename: 'ServiceTokenCreatePayload' });
  });

  test.each([
    ['no permission set', { name: 'idle', permissionSets: [] }, 'input.permissionSets'],
    ['a blank name', { name: '  ', permissionSets: ['MEMBER'] }, 'input.name'],
    [
      'an expiry that has passed',
      { name: 'late', permissionSets: ['MEMBER'], expiresAt: '2020-01-01T00:00:00Z' },
      'input.expiresAt',
    ],
    [
      'a blank idempotency key',
      { name: 'x', permissionSets: ['MEMBER'], idempotencyKey: ' ' },
      'input.idempotencyKey',
    ],
  ])('are refused with %s, by the path of the field', async (_, input, path) => {
    expect(await acme.admin.mutate('serviceTokenCreate', input, 'value')).toMatchObject({
      __typename: 'InvalidInput',
      fields: [{ path }],
    });
  });
});

describe('an idempotency key', () => {
  test('makes one token of two requests, also when they come at once, and shows the value to one alone', async () => {
    const input = { name: 'Okta', idempotencyKey: 'c0ffee' };
    const send = () => acme.admin.mutate('scimTokenCreate', input, 'value scimToken { id }');
    const answers = await Promise.all([send(), send(), send()]);
    expect(new Set(answers.map((answer) => textAt(answer, 'scimToken.id'))).size).toBe(1);
    expect(answers.filter((answer) => typeof answer['value'] === 'string')).toHaveLength(1);
  });

  test('is refused with another request, and means nothing to other callers', async () => {
    const first = await acme.admin.mutate(
      'scimTokenCreate',
      { name: 'A', idempotencyKey: 'k' },
      'scimToken { id }',
    );
    expect(
      await acme.admin.mutate('scimTokenCreate', { name: 'B', idempotencyKey: 'k' }, 'value'),
    ).toMatchObject({
      __typename: 'Conflict',
    });
    const elsewhere = await other.admin.mutate(
      'scimTokenCreate',
      { name: 'A', idempotencyKey: 'k' },
      'scimToken { id }',
    );
    expect(textAt(elsewhere, 'scimToken.id')).not.toBe(textAt(first, 'scimToken.id'));
  });
});

describe('SCIM tokens', () => {
  test('are exchanged with an overlap, in which both work', async () => {
    const made = await acme.admin.mutate('scimTokenCreate', { name: 'Entra' }, 'scimToken { id }');
    const rotated = await acme.admin.mutate(
      'scimTokenRotate',
      { id: textAt(made, 'scimToken.id'), overlapDays: 3 },
      'value scimToken { name state expiresAt } oldScimToken { id state expiresAt lastUsedAt }',
    );
    expect(rotated).toMatchObject({
      scimToken: { name: 'Entra', state: 'IN_FORCE', expiresAt: null },
      oldScimToken: { id: textAt(made, 'scimToken.id'), state: 'IN_FORCE', lastUsedAt: null },
    });
    expect(textAt(rotated, 'value')).toMatch(/^rcs_/u);
    const days = (Date.parse(textAt(rotated, 'oldScimToken.expiresAt')) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(2.9);
    expect(days).toBeLessThan(3.1);
  });

  test('that no longer work are not exchanged', async () => {
    const made = await acme.admin.mutate('scimTokenCreate', { name: 'gone' }, 'scimToken { id }');
    const id = textAt(made, 'scimToken.id');
    await acme.admin.mutate('scimTokenRevoke', { id }, 'scimToken { id }');
    expect(await acme.admin.mutate('scimTokenRotate', { id }, 'value')).toMatchObject({
      __typename: 'Refused',
    });
  });

  test.each([-1, 91])('are not exchanged with an overlap of %i days', async (overlapDays) => {
    const made = await acme.admin.mutate('scimTokenCreate', { name: 'x' }, 'scimToken { id }');
    expect(
      await acme.admin.mutate('scimTokenRotate', { id: textAt(made, 'scimToken.id'), overlapDays }, 'value'),
    ).toMatchObject({ __typename: 'InvalidInput', fields: [{ path: 'input.overlapDays' }] });
  });

  test('of another account are not there', async () => {
    const made = await other.admin.mutate('scimTokenCreate', { name: 'theirs' }, 'scimToken { id }');
    const id = textAt(made, 'scimToken.id');
    expect(await acme.admin.mutate('scimTokenRevoke', { id }, 'scimToken { id }')).toMatchObject({
      __typename: 'NotFound',
    });
    expect((await acme.admin.query('query ($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({
      node: null,
    });
    expect((await other.admin.query('query ($id: ID!) { node(id: $id) { id } }', { id })).data).toEqual({
      node: { id },
    });
  });

  test('are made by account administrators alone, and revoked by security administrators', async () => {
    const security = await acme.as('security_admin');
    expect(await security.mutate('scimTokenCreate', { name: 'no' }, 'value')).toMatchObject({
      __typename: 'Forbidden',
    });
    const made = await acme.admin.mutate('scimTokenCreate', { name: 'leaked' }, 'scimToken { id }');
    expect(
      await security.mutate('scimTokenRevoke', { id: textAt(made, 'scimToken.id') }, 'scimToken { state }'),
    ).toMatchObject({ scimToken: { state: 'REVOKED' } });
  });
});
