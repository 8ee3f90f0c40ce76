import { setSsoGroupMapping } from '@rollcall/domain/groups/sso-group-mappings';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { runDeletion } from '@rollcall/domain/custom-schemas/deletion-job';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { newId } from '@rollcall/domain/ids';
import { findJob } from '@rollcall/domain/jobs/jobs';
import type { JsonObject } from '@rollcall/domain/json';
import { connectProvider } from '@rollcall/domain/testing/accounts';
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
    await connectProvider(api.db, accountId);
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

describe('custom schemas', () => {
  const URN = 'urn:example:scim:Payroll';
  const payroll = (...attributes: readonly JsonObject[]) => ({ id: URN, name: 'Payroll', attributes });
  const NUMBER = { name: 'number', type: 'string' };
  const SITE = { name: 'site', type: 'string', returned: 'never' };
  const BANK = {
    name: 'bank',
    type: 'complex',
    subAttributes: [{ name: 'city', type: 'string' }],
  };
  const SCHEMA = 'customSchema { id urn state version retiredAttributes resourcesWithValues }';
  const JOB = 'deletion { id kind state progress { total } }';

  async function withSchema(...attributes: readonly JsonObject[]) {
    const account = await addAccount();
    const input = { resourceType: 'USER', document: payroll(...attributes) };
    const made = await account.admin.mutate('customSchemaCreate', input, SCHEMA);
    return { ...account, id: textAt(made, 'customSchema.id') };
  }

  function givenValues(accountId: string, values: JsonObject) {
    return insertPeople(api.db, accountId, [
      { user_name: 'ana@acme.io', attributes: JSON.stringify({ title: 'Clerk', [URN]: values }) },
    ]);
  }

  test('are defined, listed as a document to define them again, and shown with what people have of them', async () => {
    const { admin, accountId } = await withSchema(NUMBER, SITE, BANK);
    const values = { number: '7', site: 'secret', bank: { city: 'Ulm' } };
    await givenValues(accountId, values);
    const { data, errors } = await admin.query(`{ account {
      scim { customSchemas { urn name resourceType state document resourcesWithValues
        attributes { name type required subAttributes { name type } } } }
      user(userName: "ana@acme.io") { attributes customValues { urn name values } } } }`);
    expect(errors).toEqual([]);
    const [schema] = [at(data, 'account.scim.customSchemas.0') ?? null];
    expect(schema).toMatchObject({
      urn: URN,
      name: 'Payroll',
      resourceType: 'USER',
      state: 'IN_FORCE',
      resourcesWithValues: 1,
      attributes: [
        { name: 'number', type: 'STRING', required: false, subAttributes: [] },
        { name: 'site', type: 'STRING', required: false, subAttributes: [] },
        { name: 'bank', type: 'COMPLEX', required: false, subAttributes: [{ name: 'city', type: 'STRING' }] },
      ],
    });
    const shown = { number: '7', bank: { city: 'Ulm' } };
    expect(at(data, 'account.user')).toEqual({
      attributes: { title: 'Clerk', [URN]: shown },
      customValues: [{ urn: URN, name: 'Payroll', values: shown }],
    });
    const other = await addAccount();
    const again = { resourceType: 'GROUP', document: at(schema, 'document'), idempotencyKey: 'again' };
    const twice = await Promise.all(
      [1, 2].map(() => other.admin.mutate('customSchemaCreate', again, SCHEMA)),
    );
    expect(twice[0]).toMatchObject({ customSchema: { urn: URN, version: 1 } });
    expect(twice[1]).toEqual(twice[0]);
    const unkeyed = { ...again, idempotencyKey: undefined };
    expect(await other.admin.mutate('customSchemaCreate', unkeyed, SCHEMA)).toMatchObject({
      __typename: 'Conflict',
    });
  });

  test.each<[string, unknown, string]>([
    ['no object', 'x', 'input.document'],
    ['a member that nobody knows', { ...payroll(NUMBER), mutabilty: 'x' }, 'input.document'],
    ['no URN', { ...payroll(NUMBER), id: 'payroll' }, 'input.document.id'],
    ['no attributes', payroll(), 'input.document.attributes'],
    ['a type that is none', payroll(NUMBER, { name: 'site', type: 'text' }), 'input.document.attributes[1]'],
  ])('refuse %s by the path of the field', async (_what, document, path) => {
    const { admin } = await addAccount();
    const input = { resourceType: 'USER', document, idempotencyKey: 'x' };
    expect(await admin.mutate('customSchemaCreate', input, SCHEMA)).toMatchObject({
      __typename: 'InvalidInput',
      fields: [{ path }],
    });
  });

  test('are changed as their preview says, and attributes go with their values when that is confirmed', async () => {
    const { admin, accountId, id } = await withSchema(NUMBER, BANK);
    await givenValues(accountId, { number: '7', bank: { city: 'Ulm' } });
    const document = payroll(BANK, SITE);
    const change = { added: ['site'], changed: [], removed: [{ attribute: 'number', withValues: 1 }] };
    const { data } = await admin.query(
      `query ($input: CustomSchemaPreviewInput!) { customSchemaPreview(input: $input) {
        ... on CustomSchemaChange { added changed removed { attribute withValues } impossible } } }`,
      { input: { id, document } },
    );
    expect(data).toEqual({ customSchemaPreview: { ...change, impossible: [] } });
    const update = (more: object) =>
      admin.mutate(
        'customSchemaUpdate',
        { id, document, ...more },
        `${SCHEMA} ${JOB} change { added changed removed { attribute withValues } }`,
      );
    expect(await update({})).toMatchObject({ __typename: 'Refused' });
    expect(await update({ deleteValues: true, expectedVersion: 7 })).toMatchObject({
      __typename: 'VersionMismatch',
    });
    const done = await update({ deleteValues: true, expectedVersion: 1 });
    expect(done).toMatchObject({
      customSchema: { version: 2, retiredAttributes: ['number'] },
      deletion: { kind: 'delete-schema-values', state: 'QUEUED', progress: { total: 1 } },
      change,
    });
    const { data: meanwhile } = await admin.query(
      '{ account { user(userName: "ana@acme.io") { attributes } } }',
    );
    expect(at(meanwhile, 'account.user.attributes')).toEqual({
      title: 'Clerk',
      [URN]: { bank: { city: 'Ulm' } },
    });
    expect(await work(accountId, done)).toMatchObject({
      state: 'succeeded',
      progress: { done: 1, total: 1 },
      startedBy: { kind: 'service_token' },
      result: { resourcesChanged: 1 },
    });
    expect(await update({})).toMatchObject({ customSchema: { retiredAttributes: [] }, deletion: null });
    const impossible = payroll({ ...BANK, multiValued: true });
    expect(await admin.mutate('customSchemaUpdate', { id, document: impossible }, SCHEMA)).toMatchObject({
      __typename: 'Refused',
    });
    const renamed = { ...document, id: `${URN}2` };
    expect(await admin.mutate('customSchemaUpdate', { id, document: renamed }, SCHEMA)).toMatchObject({
      __typename: 'InvalidInput',
      fields: [{ path: 'input.document.id' }],
    });
  });

  test('are deleted once by however many ask, and are nobody’s to see until the last value is gone', async () => {
    const { admin, accountId, id } = await withSchema(NUMBER);
    await givenValues(accountId, { number: '7' });
    const remove = (client: ApiClient, deleteValues: boolean) =>
      client.mutate('customSchemaDelete', { id, deleteValues }, `${SCHEMA} ${JOB}`);
    expect(await remove((await addAccount()).admin, true)).toMatchObject({ __typename: 'NotFound' });
    expect(await remove(admin, false)).toMatchObject({ __typename: 'Refused' });
    const both = await Promise.all([remove(admin, true), remove(admin, true)]);
    expect(both[0]).toMatchObject({
      customSchema: { state: 'BEING_DELETED' },
      deletion: { state: 'QUEUED' },
    });
    expect(at(both[1] ?? null, 'deletion.id')).toBe(textAt(both[0] ?? null, 'deletion.id'));
    const { data } = await admin.query(
      '{ account { user(userName: "ana@acme.io") { attributes customValues { urn } } } }',
    );
    expect(at(data, 'account.user')).toEqual({ attributes: { title: 'Clerk' }, customValues: [] });
    expect(await work(accountId, both[0] ?? {})).toMatchObject({ state: 'succeeded' });
    expect((await admin.query('{ account { scim { customSchemas { urn } } } }')).data).toEqual({
      account: { scim: { customSchemas: [] } },
    });
    expect(await remove(admin, true)).toMatchObject({ __typename: 'NotFound' });
  });
});

/** What the worker does. */
async function work(accountId: string, answer: JsonObject) {
  const jobId = rowId(textAt(answer, 'deletion.id'), 'Job');
  const control = { now: () => new Date(), signal: AbortSignal.timeout(30_000) };
  await runDeletion(api.db, accountId, jobId, control);
  return findJob(api.db, accountId, jobId);
}
