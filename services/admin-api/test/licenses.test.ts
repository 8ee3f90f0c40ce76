import { newId } from '@rollcall/domain/ids';
import {
  countPeople,
  insertPeople,
  type PersonRow,
} from '@rollcall/domain/licenses/licensed-account-testing';
import { afterAll, describe, expect, test } from 'vitest';
import { countStatements } from './count-statements.ts';
import { type ApiClient, at, startTestAdminApi, type TestAccount, textAt } from './harness.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

const PREVIEW = `
  query ($input: LicenseMappingPreviewInput!, $first: Int, $after: String, $kept: Boolean) {
    licenseMappingPreview(input: $input) {
      __typename
      ... on LicenseMappingPreview {
        previewToken
        obstacles { reason message }
        licenses {
          moves { from to people kept }
          seats { licenseType limit usedBefore usedAfter }
          changes(first: $first, after: $after, keptForWantOfSeat: $kept) {
            totalCount
            pageInfo { hasNextPage endCursor }
            edges {
              node {
                user { userName state }
                from { type source }
                to { type source }
                reason
                keptForWantOfSeat
                decision { steps { rule outcome } }
              }
            }
          }
        }
      }
      ... on UserError { code message }
      ... on InvalidInput { fields { path } }
    }
  }`;

async function givenAccount(people: readonly PersonRow[], seats: { it?: number } = {}): Promise<TestAccount> {
  const account = await api.addAccount(`licenses-${newId().slice(-12)}`, {
    seats: seats.it === undefined ? [] : [{ licenseType: 'it', limit: seats.it }],
  });
  await insertPeople(
    api.db,
    account.accountId,
    people.map((row, index) => ({ user_name: `p${index}@acme.io`, scim_managed: true, ...row })),
  );
  return account;
}

async function preview(client: ApiClient, mappings: Record<string, unknown>, page = {}) {
  const { data, errors } = await client.query(PREVIEW, { input: { mappings }, first: 10, ...page });
  expect(errors).toEqual([]);
  return data;
}

function costOfPreview({ admin }: TestAccount): Promise<number> {
  return countStatements(api.db, () => preview(admin, { it: ['Ops'] }, { first: 50 }));
}

describe('license mappings', () => {
  const inOps: PersonRow = { sign_in_groups: ['Ops'] };

  test('are previewed, set exactly as previewed, and read back', async () => {
    const { admin } = await givenAccount([inOps, {}, inOps], { it: 1 });
    const data = await preview(admin, { it: ['Ops'], readOnly: ['Guests'] });
    expect(at(data, 'licenseMappingPreview')).toMatchObject({
      obstacles: [],
      licenses: {
        moves: [{ from: 'DEVELOPER', to: 'IT', people: 2, kept: 1 }],
        changes: {
          totalCount: 2,
          edges: [
            {
              node: {
                user: { userName: 'p0@acme.io', state: 'ACTIVE' },
                from: { type: 'DEVELOPER', source: 'DEFAULT' },
                to: { type: 'IT', source: 'SSO_MAPPING' },
                reason: 'The group "Ops" of the last sign-in is mapped to it.',
                keptForWantOfSeat: false,
                decision: {
                  steps: [
                    { rule: 'SCIM_ATTRIBUTE', outcome: 'PASSED' },
                    { rule: 'SSO_MAPPING', outcome: 'DECIDED' },
                  ],
                },
              },
            },
            { node: { user: { userName: 'p2@acme.io' }, keptForWantOfSeat: true } },
          ],
        },
      },
    });
    expect(at(data, 'licenseMappingPreview.licenses.seats.2')).toEqual({
      licenseType: 'IT',
      limit: 1,
      usedBefore: 0,
      usedAfter: 1,
    });
    const previewToken = textAt(data, 'licenseMappingPreview.previewToken');
    const set = await admin.mutate(
      'licenseMappingSet',
      { mappings: { it: ['Ops'], readOnly: ['Guests'] }, previewToken },
      'licensesChanged licenses { mappings { licenseType idpGroups } usage { licenseType available limit used holders { source people } } }',
    );
    expect(set).toEqual({
      __typename: 'LicenseMappingSetPayload',
      licensesChanged: 1,
      licenses: {
        mappings: [
          { licenseType: 'IT', idpGroups: ['Ops'] },
          { licenseType: 'READ_ONLY', idpGroups: ['Guests'] },
        ],
        usage: [
          // The owner, the person in no group, and who found no seat.
          {
            licenseType: 'DEVELOPER',
            available: true,
            limit: null,
            used: 3,
            holders: [{ source: 'DEFAULT', people: 3 }],
          },
          { licenseType: 'ANALYST', available: false, limit: null, used: 0, holders: [] },
          {
            licenseType: 'IT',
            available: true,
            limit: 1,
            used: 1,
            holders: [{ source: 'SSO_MAPPING', people: 1 }],
          },
          { licenseType: 'READ_ONLY', available: true, limit: null, used: 0, holders: [] },
        ],
      },
    });
    const { data: account } = await admin.query(
      '{ account { licenses { mappings { licenseType } version } } }',
    );
    expect(at(account, 'account.licenses.mappings')).toEqual([
      { licenseType: 'IT' },
      { licenseType: 'READ_ONLY' },
    ]);
  });

  test('whose people changed since the preview are refused, saying how', async () => {
    const { admin, accountId } = await givenAccount([inOps, {}]);
    const data = await preview(admin, { it: ['Ops'] });
    await api.db
      .updateTable('users')
      .set({ sign_in_groups: ['Ops'], updated_at: new Date() })
      .where('account_id', '=', accountId)
      .where('user_name', '=', 'p1@acme.io')
      .execute();
    const refused = await admin.query(
      `mutation ($input: LicenseMappingSetInput!) { licenseMappingSet(input: $input) {
        ... on PlanChanged { code differences } } }`,
      {
        input: {
          mappings: { it: ['Ops'] },
          previewToken: textAt(data, 'licenseMappingPreview.previewToken'),
        },
      },
    );
    expect(at(refused.data, 'licenseMappingSet')).toEqual({
      code: 'PLAN_CHANGED',
      differences: ['People from developer to it: 1 in the preview, 2 now.', 'p1@acme.io has changed since.'],
    });
  });

  test('are paged through, those without a seat apart if asked for', async () => {
    const { admin } = await givenAccount(
      Array.from({ length: 7 }, () => inOps),
      { it: 4 },
    );
    const first = await preview(admin, { it: ['Ops'] }, { first: 3 });
    const names = (data: typeof first): unknown =>
      [0, 1, 2, 3].flatMap(
        (index) => at(data, `licenseMappingPreview.licenses.changes.edges.${index}.node.user.userName`) ?? [],
      );
    expect(names(first)).toEqual(['p0@acme.io', 'p1@acme.io', 'p2@acme.io']);
    const after = textAt(first, 'licenseMappingPreview.licenses.changes.pageInfo.endCursor');
    const second = await preview(admin, { it: ['Ops'] }, { first: 4, after });
    expect(names(second)).toEqual(['p3@acme.io', 'p4@acme.io', 'p5@acme.io', 'p6@acme.io']);
    expect(at(second, 'licenseMappingPreview.licenses.changes.pageInfo.hasNextPage')).toBe(false);
    const kept = await preview(admin, { it: ['Ops'] }, { kept: true });
    expect(at(kept, 'licenseMappingPreview.licenses.changes.totalCount')).toBe(3);
    expect(names(kept)).toEqual(['p4@acme.io', 'p5@acme.io', 'p6@acme.io']);
  });

  test('cost no more statements to preview when more people change', async () => {
    const few = await givenAccount(Array.from({ length: 2 }, () => inOps));
    const many = await givenAccount(Array.from({ length: 40 }, () => inOps));
    const small = await costOfPreview(few);
    expect(await costOfPreview(many)).toBe(small);
    expect(small).toBeLessThanOrEqual(6);
  });

  test.each([
    ['a blank group', { it: [' '] }, 'input.mappings.it'],
    [
      'too many groups',
      { developer: Array.from({ length: 1001 }, (_, index) => `g${index}`) },
      'input.mappings.developer',
    ],
    ['a group that is too long', { readOnly: ['x'.repeat(501)] }, 'input.mappings.read_only'],
  ])('are refused with %s, by the path of the field', async (_, mappings, path) => {
    const { admin } = await givenAccount([]);
    const expected = { __typename: 'InvalidInput', fields: [{ path }] };
    expect(await admin.mutate('licenseMappingSet', { mappings }, 'licensesChanged')).toMatchObject(expected);
    expect(at(await preview(admin, mappings), 'licenseMappingPreview')).toMatchObject(expected);
  });

  test('to a type that the account does not have are refused, and the preview says so', async () => {
    const { admin } = await givenAccount([]);
    expect(at(await preview(admin, { analyst: ['A'] }), 'licenseMappingPreview.obstacles')).toMatchObject([
      { reason: 'LICENSE_UNAVAILABLE' },
    ]);
    expect(
      await admin.mutate('licenseMappingSet', { mappings: { analyst: ['A'] } }, 'licensesChanged'),
    ).toMatchObject({
      __typename: 'Refused',
      code: 'REFUSED',
    });
  });

  test('of two administrators who saw the same version, the first alone is followed', async () => {
    const { admin } = await givenAccount([]);
    const { data } = await admin.query('{ account { licenses { version } } }');
    const expectedVersion = at(data, 'account.licenses.version');
    const set = (group: string) =>
      admin.mutate('licenseMappingSet', { mappings: { it: [group] }, expectedVersion }, 'licensesChanged');
    const both = await Promise.all([set('one'), set('two')]);
    expect(both.map((answer) => textAt(answer, '__typename')).toSorted()).toEqual([
      'LicenseMappingSetPayload',
      'VersionMismatch',
    ]);
  });

  test('of a large account are brought to everybody by a job that the answer names', async () => {
    const own = await givenAccount([inOps]);
    const set = 'licensesChanged recalculation { id kind state progress { total } startedBy { kind } }';
    const small = await own.admin.mutate('licenseMappingSet', { mappings: { it: ['Ops'] } }, set);
    expect(small).toMatchObject({ licensesChanged: 1, recalculation: null });
    await countPeople(api.db, own.accountId, 10_000);
    const billing = await own.as('billing_admin');
    const large = await billing.mutate('licenseMappingSet', { mappings: { it: ['Others'] } }, set);
    const job = {
      kind: 'recalculate-licenses',
      state: 'QUEUED',
      progress: { total: 10_002 },
      startedBy: { kind: 'service_token' },
    };
    expect(large).toMatchObject({ licensesChanged: 0, recalculation: job });
    const settings = await own.admin.mutate('scimConfigurationUpdate', { manageLicenses: true }, set);
    expect(settings).toMatchObject({ licensesChanged: 0, recalculation: job });
    const { data } = await own.admin.query('query ($id: ID!) { node(id: $id) { ... on Job { state } } }', {
      id: textAt(large, 'recalculation.id'),
    });
    expect(data).toEqual({ node: { state: 'QUEUED' } });
  });

  test('with what is no token of a preview are refused by the path of the field', async () => {
    const { admin } = await givenAccount([]);
    expect(
      await admin.mutate('licenseMappingSet', { mappings: {}, previewToken: 'x' }, 'licensesChanged'),
    ).toMatchObject({ __typename: 'InvalidInput', fields: [{ path: 'input.previewToken' }] });
  });

  test('of one account are nothing to another', async () => {
    const [own, other] = [await givenAccount([inOps]), await givenAccount([inOps])];
    await own.admin.mutate('licenseMappingSet', { mappings: { it: ['Ops'] } }, 'licensesChanged');
    const { data } = await other.admin.query(
      '{ account { licenses { mappings { licenseType } usage { licenseType used } } } }',
    );
    expect(at(data, 'account.licenses.mappings')).toEqual([]);
    expect(at(data, 'account.licenses.usage.2')).toEqual({ licenseType: 'IT', used: 0 });
  });
});
