import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiClient, startTestAdminApi, type TestAccount, textAt } from './harness.ts';
import { allowManualUpdates, idOf, providerOf } from './users-testing.ts';

const api = await startTestAdminApi();
afterAll(() => api[Symbol.asyncDispose]());

let acme: TestAccount;
let admin: ApiClient;
let ana: string;
let count = 0;

/** Somebody managed in an account of their own that allows changes by hand. */
beforeAll(async () => {
  acme = await api.addAccount('acme');
  await allowManualUpdates(api, acme);
  ({ admin } = acme);
});

async function somebody(): Promise<string> {
  count += 1;
  const userName = `n${count}@acme.io`;
  await providerOf(api, acme).post({ userName });
  return idOf(admin, userName);
}

describe('userCreate', () => {
  test('makes somebody active, with profile, license and groups', async () => {
    const made = await admin.mutate(
      'userCreate',
      { userName: 'eve@acme.io', givenName: 'Eve', department: 'R&D', licenseType: 'READ_ONLY' },
      'user { state userName name department license { type source } scimManaged }',
    );
    expect(made).toEqual({
      __typename: 'UserCreatePayload',
      user: {
        state: 'ACTIVE',
        userName: 'eve@acme.io',
        name: 'Eve',
        department: 'R&D',
        license: { type: 'READ_ONLY', source: 'MANUAL' },
        scimManaged: false,
      },
    });
  });

  test('repeated with its idempotency key makes nobody more', async () => {
    const input = { userName: 'fay@acme.io', idempotencyKey: 'k1' };
    const send = () => admin.mutate('userCreate', input, 'user { id }');
    const answers = await Promise.all([send(), send(), send()]);
    expect(new Set(answers.map((answer) => textAt(answer, 'user.id'))).size).toBe(1);
    expect(await admin.mutate('userCreate', { userName: 'fay@acme.io' }, 'user { id }')).toMatchObject({
      __typename: 'Conflict',
    });
  });

  test.each([
    ['no user name', {}, 'input.userName'],
    ['one that is no address', { userName: 'eve' }, 'input.userName'],
    ['an e-mail that differs', { userName: 'a@acme.io', email: 'b@acme.io' }, 'input.email'],
    ['a blank profile field', { userName: 'a@acme.io', title: ' ' }, 'input.title'],
    [
      'too many groups',
      { userName: 'a@acme.io', groupIds: Array.from({ length: 51 }, () => 'x') },
      'input.groupIds',
    ],
    ['a blank idempotency key', { userName: 'a@acme.io', idempotencyKey: ' ' }, 'input.idempotencyKey'],
  ])('is refused with %s, by the path of the field', async (_title, input, path) => {
    expect(await admin.mutate('userCreate', input, 'user { id }')).toMatchObject({
      __typename: 'InvalidInput',
      fields: [{ path }],
    });
  });

  test('names what is not there, what is locked, and what the caller lacks', async () => {
    expect(
      await admin.mutate('userCreate', { userName: 'gil@acme.io', groupIds: ['x'] }, 'user { id }'),
    ).toMatchObject({ __typename: 'NotFound' });
    const security = await acme.as('security_admin');
    expect(
      await security.mutate('userCreate', { userName: 'gil@acme.io', licenseType: 'IT' }, 'user { id }'),
    ).toMatchObject({ __typename: 'Forbidden' });
    const locked = await api.addAccount('locked');
    const { data } = await locked.admin.query(
      `mutation { userCreate(input: { userName: "gil@acme.io" }) { __typename ... on ManualUpdatesLocked { setting } } }`,
    );
    expect(data).toEqual({
      userCreate: { __typename: 'ManualUpdatesLocked', setting: 'allowManualUpdates' },
    });
  });
});

describe('userUpdate', () => {
  test('changes what is given, takes away what is null, and says that SCIM may overwrite it', async () => {
    ana = await somebody();
    await admin.mutate('userUpdate', { id: ana, title: 'Lead', nickName: 'An' }, 'user { version }');
    expect(
      await admin.mutate(
        'userUpdate',
        { id: ana, title: null, displayName: 'Ana Ito', expectedVersion: 2 },
        'user { title nickName displayName version } mayBeOverwritten',
      ),
    ).toEqual({
      __typename: 'UserUpdatePayload',
      user: { title: null, nickName: 'An', displayName: 'Ana Ito', version: 3 },
      mayBeOverwritten: true,
    });
  });

  test('keeps a new address elsewhere waiting', async () => {
    const id = await somebody();
    expect(
      await admin.mutate('userUpdate', { id, userName: 'ana@elsewhere.io' }, 'user { pendingUserName }'),
    ).toMatchObject({ user: { pendingUserName: 'ana@elsewhere.io' } });
  });

  test('is refused at another version, for a taken name, for nobody and with a wrong field', async () => {
    const id = await somebody();
    const change = (input: object) => admin.mutate('userUpdate', { id, ...input }, 'user { id }');
    expect(await change({ title: 'x', expectedVersion: 7 })).toMatchObject({ __typename: 'VersionMismatch' });
    expect(await change({ userName: 'OLGA@acme.io' })).toMatchObject({ __typename: 'Conflict' });
    expect(await change({ id: 'nothing', title: 'x' })).toMatchObject({ __typename: 'NotFound' });
    expect(await change({ email: null })).toMatchObject({ fields: [{ path: 'input.email' }] });
  });
});

describe('a person comes and goes', () => {
  test('deactivated, reactivated, deleted, restored and erased', async () => {
    const id = await somebody();
    const steps = [];
    for (const name of [
      'userDeactivate',
      'userReactivate',
      'userDelete',
      'userRestore',
      'userDelete',
      'userErase',
    ]) {
      const { user, __typename } = await admin.mutate(name, { id }, 'user { state deletedBy erased }');
      steps.push([__typename, user]);
    }
    expect(steps).toEqual([
      ['UserDeactivatePayload', { state: 'DEACTIVATED', deletedBy: null, erased: false }],
      ['UserReactivatePayload', { state: 'ACTIVE', deletedBy: null, erased: false }],
      ['UserDeletePayload', { state: 'DELETED', deletedBy: 'ADMINISTRATOR', erased: false }],
      ['UserRestorePayload', { state: 'ACTIVE', deletedBy: null, erased: false }],
      ['UserDeletePayload', { state: 'DELETED', deletedBy: 'ADMINISTRATOR', erased: false }],
      ['UserErasePayload', { state: 'DELETED', deletedBy: 'SCIM', erased: true }],
    ]);
    expect(await admin.mutate('userRestore', { id }, 'user { id }')).toMatchObject({ __typename: 'Refused' });
  });

  test('the last account administrator stays, and the attempt is an alert', async () => {
    const olga = await idOf(admin, 'olga@acme.io');
    for (const name of ['userDeactivate', 'userDelete']) {
      expect(await admin.mutate(name, { id: olga }, 'user { id }')).toMatchObject({
        __typename: 'LastAccountAdmin',
      });
    }
    const alerts = await api.db
      .selectFrom('audit_events')
      .select(['kind', 'actor_kind', 'occurrences'])
      .where('account_id', '=', acme.accountId)
      .where('alert', '=', true)
      .execute();
    expect(alerts).toEqual([{ kind: 'user.change_refused', actor_kind: 'service_token', occurrences: 2 }]);
  });

  test('nobody changes the state or address of a person whose rights exceed their own', async () => {
    const security = await acme.as('security_admin');
    const olga = await idOf(admin, 'olga@acme.io');
    for (const [name, more] of [
      ['userDeactivate', {}],
      ['userDelete', {}],
      ['userUpdate', { userName: 'mine@acme.io' }],
    ] as const) {
      expect(await security.mutate(name, { id: olga, ...more }, 'user { id }')).toMatchObject({
        __typename: 'Forbidden',
      });
    }
    expect(await security.mutate('userUpdate', { id: olga, title: 'Owner' }, 'user { title }')).toMatchObject(
      {
        user: { title: 'Owner' },
      },
    );
  });
});

describe('a license by hand', () => {
  test('is chosen, taken back and decided anew', async () => {
    const id = await somebody();
    const selection = 'user { license { type source } manualLicenseType }';
    expect(await admin.mutate('userLicenseSet', { id, licenseType: 'READ_ONLY' }, selection)).toMatchObject({
      user: { license: { type: 'READ_ONLY', source: 'MANUAL' }, manualLicenseType: 'READ_ONLY' },
    });
    expect(await admin.mutate('userLicenseSet', { id, licenseType: null }, selection)).toMatchObject({
      user: { license: { type: 'DEVELOPER', source: 'DEFAULT' }, manualLicenseType: null },
    });
    expect(await admin.mutate('userLicenseRedecide', { id }, selection)).toMatchObject({
      __typename: 'UserLicenseRedecidePayload',
    });
    expect(await admin.mutate('userLicenseSet', { id }, selection)).toMatchObject({
      fields: [{ path: 'input.licenseType' }],
    });
  });

  test('is refused by the name of the rule that decides, and shown as locked before', async () => {
    await providerOf(api, acme).post({ userName: 'asserted@acme.io', licenseType: 'it' });
    const id = await idOf(admin, 'asserted@acme.io');
    const { data } = await admin.query(
      `mutation ($id: ID!) { userLicenseSet(input: { id: $id, licenseType: READ_ONLY }) {
        __typename ... on LicenseDecidedElsewhere { rule message } } }`,
      { id },
    );
    const reason =
      'This license is not decided by hand: The identity provider asserts licenseType "it". Change it there.';
    expect(data).toEqual({
      userLicenseSet: { __typename: 'LicenseDecidedElsewhere', rule: 'scim_attribute', message: reason },
    });
    const shown = await admin.query(
      'query ($id: ID) { account { user(id: $id) { lockedActions { action reason setting } } } }',
      { id },
    );
    expect(shown.data).toEqual({
      account: { user: { lockedActions: [{ action: 'USER_LICENSE_SET', reason, setting: null }] } },
    });
  });

  test('is refused without a seat, with type, seats and use, and for a type that the account lacks', async () => {
    const full = await api.addAccount('full', { seats: [{ licenseType: 'it', limit: 0 }] });
    const made = await full.admin.mutate(
      'userLicenseSet',
      { id: await idOf(full.admin, 'olga@acme.io'), licenseType: 'ANALYST' },
      'user { id }',
    );
    expect(made).toMatchObject({ __typename: 'Refused' });
    const { data } = await full.admin.query(
      `mutation ($id: ID!) { userLicenseSet(input: { id: $id, licenseType: IT }) {
        __typename ... on NoFreeSeat { licenseType used limit } } }`,
      { id: await idOf(full.admin, 'olga@acme.io') },
    );
    expect(data).toEqual({
      userLicenseSet: { __typename: 'NoFreeSeat', licenseType: 'it', used: 0, limit: 0 },
    });
  });
});
