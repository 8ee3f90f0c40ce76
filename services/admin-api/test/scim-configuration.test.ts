import { setSsoGroupMapping } from '@rollcall/domain/groups/sso-group-mappings';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { newId } from '@rollcall/domain/ids';
import { insertPeople } from '@rollcall/domain/licenses/licensed-account-testing';
import { afterAll, describe, expect, test } from 'vitest';
import { type ApiClient, at, OPERATOR, startTestAdminApi, textAt } from './harness.ts';
import { rowId } from '../src/graphql/global-ids.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

const PREVIEW = `
  query ($input: ScimConfigurationPreviewInput!, $after: ID) {
    scimConfigurationPreview(input: $input) {
      __typename
      ... on ScimConfigurationPreview {
        previewToken
        changed
        before { enabled } after { enabled version }
        obstacles { reason }
        effects { setting kind weight text count examples { id name note } }
        licenses { moves { from to people } }
        licensesAtSignIn { moves { from to people } }
        groupsAtSignIn(after: $after) {
          next
          changes { user { userName } joins { displayName } leaves { displayName } keptIn { displayName } }
        }
      }
      ... on UserError { code message }
    }
  }`;

function addAccount(settings: Parameters<typeof api.addAccount>[1] = {}) {
  return api.addAccount(`scim-${newId().slice(-12)}`, settings);
}

async function preview(client: ApiClient, input: Record<string, unknown>) {
  const { data, errors } = await client.query(PREVIEW, { input });
  expect(errors).toEqual([]);
  return data;
}

const SETTINGS = `licensesChanged scim { enabled providerKind allowManualUpdates manageLicenses unlicensedMembers
  defaultLicenseType userNamePolicy dialects cursorPagination unprovisionedSignIn version }`;

describe('the SCIM configuration', () => {
  test('is changed setting by setting; what is left out or null stays', async () => {
    const { admin } = await addAccount();
    const changed = {
      enabled: false,
      providerKind: 'ENTRA',
      allowManualUpdates: true,
      manageLicenses: true,
      unlicensedMembers: 'REJECT',
      defaultLicenseType: 'READ_ONLY',
      userNamePolicy: 'ANY',
      dialects: 'STRICT',
      cursorPagination: false,
      unprovisionedSignIn: false,
    };
    expect(await admin.mutate('scimConfigurationUpdate', changed, SETTINGS)).toEqual({
      __typename: 'ScimConfigurationUpdatePayload',
      licensesChanged: 0,
      scim: { ...changed, version: 2 },
    });
    expect(await admin.mutate('scimConfigurationUpdate', { dialects: null }, SETTINGS)).toMatchObject({
      scim: { ...changed, version: 2 },
    });
  });

  test('is previewed before it is enabled, and enabled exactly so', async () => {
    const { admin, accountId } = await addAccount({ enableScim: false });
    await insertPeople(api.db, accountId, [
      { user_name: 'ana@acme.io', scim_managed: true, asserted_license_type: 'it' },
    ]);
    const data = await preview(admin, { enabled: true });
    const shown = at(data, 'scimConfigurationPreview');
    expect(shown).toMatchObject({
      changed: ['ENABLED'],
      before: { enabled: false },
      after: { enabled: true, version: 2 },
      obstacles: [],
      licenses: { moves: [{ from: 'DEVELOPER', to: 'IT', people: 1 }] },
      licensesAtSignIn: null,
      groupsAtSignIn: null,
    });
    // The owner is an administrator by the default group Owner alone, and not managed.
    expect(at(data, 'scimConfigurationPreview.effects.0')).toMatchObject({
      kind: 'ADMINISTRATORS_ONLY_BY_DEFAULT_GROUP',
      weight: 'WARNING',
      count: 1,
      examples: [{ name: 'olga@acme.io' }],
    });
    const owner = textAt(data, 'scimConfigurationPreview.effects.0.examples.0.id');
    const { data: found } = await admin.query(
      'query ($id: ID!) { node(id: $id) { ... on User { userName } } }',
      {
        id: owner,
      },
    );
    expect(at(found, 'node.userName')).toBe('olga@acme.io');
    const previewToken = textAt(data, 'scimConfigurationPreview.previewToken');
    expect(
      await admin.mutate(
        'scimConfigurationUpdate',
        { enabled: true, previewToken },
        'licensesChanged scim { enabled }',
      ),
    ).toMatchObject({ licensesChanged: 1, scim: { enabled: true } });
    expect(
      await admin.mutate('scimConfigurationUpdate', { enabled: true, previewToken }, 'licensesChanged'),
    ).toMatchObject({ __typename: 'PlanChanged' });
  });

  test('is not enabled without what it needs; the preview names all of it', async () => {
    const { admin } = await addAccount({ plan: 'starter', ssoProviderKind: null, enableScim: false });
    expect(at(await preview(admin, { enabled: true }), 'scimConfigurationPreview.obstacles')).toEqual([
      { reason: 'PLAN_TOO_SMALL' },
      { reason: 'SSO_NOT_CONNECTED' },
    ]);
    expect(await admin.mutate('scimConfigurationUpdate', { enabled: true }, SETTINGS)).toMatchObject({
      __typename: 'Refused',
      code: 'REFUSED',
    });
  });

  test('tells before it is disabled whose license and groups the next sign-in would change, page by page', async () => {
    const { admin, accountId } = await addAccount();
    const group = await admin.mutate('groupCreate', { displayName: 'Operations' }, 'group { id }');
    const groupId = rowId(textAt(group, 'group.id'), 'Group');
    const request = { idpGroups: ['Ops'] };
    await inTransaction(api.db, (trx) =>
      setSsoGroupMapping(trx, operatorCaller(OPERATOR), accountId, groupId, request, new Date()),
    );
    await admin.mutate('licenseMappingSet', { mappings: { it: ['Ops'] } }, 'licensesChanged');
    await insertPeople(api.db, accountId, [
      {
        user_name: 'ana@acme.io',
        scim_managed: true,
        sign_in_groups: ['Ops'],
        asserted_license_type: 'read_only',
        license_type: 'read_only',
        license_source: 'scim',
      },
    ]);
    const data = await preview(admin, { enabled: false });
    expect(at(data, 'scimConfigurationPreview')).toMatchObject({
      licenses: { moves: [] },
      licensesAtSignIn: { moves: [{ from: 'READ_ONLY', to: 'IT', people: 1 }] },
      groupsAtSignIn: {
        next: null,
        changes: [
          {
            user: { userName: 'ana@acme.io' },
            joins: [{ displayName: 'Member' }, { displayName: 'Everyone' }, { displayName: 'Operations' }],
            leaves: [],
            keptIn: null,
          },
        ],
      },
    });
  });

  test('of two administrators who saw the same version, the first alone is followed', async () => {
    const { admin } = await addAccount();
    const change = (input: Record<string, unknown>) =>
      admin.mutate('scimConfigurationUpdate', { ...input, expectedVersion: 1 }, 'scim { version }');
    const both = await Promise.all([change({ dialects: 'STRICT' }), change({ manageLicenses: true })]);
    expect(both.map((answer) => textAt(answer, '__typename')).toSorted()).toEqual([
      'ScimConfigurationUpdatePayload',
      'VersionMismatch',
    ]);
  });
});
