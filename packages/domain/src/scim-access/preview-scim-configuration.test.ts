import { afterAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { callerWith, operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { ForbiddenError, PlanChangedError } from '../errors.ts';
import { type Directory, givenDirectory } from '../groups/group-testing.ts';
import { newId } from '../ids.ts';
import { insertPeople, type PersonRow } from '../licenses/licensed-account-testing.ts';
import { setLicenseMappings } from '../licenses/set-license-mappings.ts';
import { connectProvider } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { updateScimConfiguration } from './configure-scim.ts';
import { SCIM_SETTINGS, type ScimConfigurationChanges } from './plan-scim-configuration.ts';
import { previewScimConfiguration, type ScimConfigurationPreview } from './preview-scim-configuration.ts';
import { createScimToken } from './scim-tokens.ts';
import { MOST_EXAMPLES, type SettingEffect, type SettingEffectKind } from './setting-effect.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');
const OPERATOR: Actor = { kind: 'operator', name: 'test' };

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

function preview(
  { accountId }: Pick<Directory, 'accountId'>,
  changes: ScimConfigurationChanges,
): Promise<ScimConfigurationPreview> {
  return previewScimConfiguration(db, operatorCaller(OPERATOR), accountId, changes, NOW);
}

function apply({ accountId }: Directory, changes: ScimConfigurationChanges, previewToken?: string) {
  return inTransaction(db, (trx) =>
    updateScimConfiguration(trx, operatorCaller(OPERATOR), accountId, { ...changes, previewToken }, NOW),
  );
}

function effect({ effects }: ScimConfigurationPreview, kind: SettingEffectKind): SettingEffect | undefined {
  return effects.find((each) => each.kind === kind);
}

function named(found: SettingEffect | undefined): readonly (string | null)[][] {
  return (found?.examples ?? []).map(({ name, note }) => [name, note]);
}

const disabled = { scim: { enabled: false } };

async function readyToEnable(): Promise<Directory> {
  const world = await givenDirectory(db, disabled);
  await connectProvider(db, world.accountId);
  return world;
}

describe('the preview of enabling SCIM', () => {
  test('names administrators who hold account_admin only through a default group', async () => {
    const world = await readyToEnable();
    const [lone, safe, gone] = [
      await person(world, 'lone', {}),
      await person(world, 'safe', {}),
      await person(world, 'gone', { state: 'deactivated' }),
    ];
    await world.unmanagedGroup('Owner', {
      default_group: 'owner',
      members: [lone, safe, gone],
      grants: ['account_admin'],
    });
    await world.unmanagedGroup('Admins', { members: [safe], grants: ['account_admin'] });
    const found = effect(await preview(world, { enabled: true }), 'administrators_only_by_default_group');
    expect(found).toMatchObject({ weight: 'warning', count: 1 });
    expect(found?.examples).toEqual([{ kind: 'user', id: lone, name: 'lone@acme.example', note: null }]);
  });

  test('names unmanaged people and groups that an identity provider could match, and by which key', async () => {
    const world = await readyToEnable();
    await person(world, 'plain', { scim_managed: false });
    await person(world, 'rich', {
      scim_managed: false,
      external_id: 'x',
      email_keys: ['plain@other.example'],
    });
    await person(world, 'managed', { scim_managed: true });
    await world.unmanagedGroup('Marketing');
    await world.unmanagedGroup('Admins', { grants: ['account_admin'] });
    await world.unmanagedGroup('Everyone', { default_group: 'everyone' });
    await world.unmanagedGroup('Linked', { scim_managed: true });
    const found = await preview(world, { enabled: true });
    expect(named(effect(found, 'people_to_match'))).toEqual([
      ['plain@acme.example', 'userName'],
      ['rich@acme.example', 'userName, emails, externalId'],
    ]);
    expect(named(effect(found, 'groups_to_match'))).toEqual([
      ['Marketing', null],
      ['Admins', null],
    ]);
    expect(effect(found, 'administrator_groups_to_match')).toMatchObject({ weight: 'warning', count: 1 });
    expect(named(effect(found, 'administrator_groups_to_match'))).toEqual([['Admins', null]]);
  });

  test('counts exactly and names the first twenty', async () => {
    const world = await readyToEnable();
    for (let index = 0; index < 33; index += 1) await person(world, `p${index}`, { scim_managed: false });
    const found = effect(await preview(world, { enabled: true }), 'people_to_match');
    expect(found?.count).toBe(33);
    expect(found?.examples).toHaveLength(MOST_EXAMPLES);
    expect(found?.text).toContain('33 people');
  });

  test('names the mappings that stop applying, and the groups that newcomers no longer join', async () => {
    const world = await givenDirectory(db, { scim: { enabled: false, manage_licenses: true } });
    const mapped = await world.unmanagedGroup('Engineering');
    await db
      .insertInto('sso_group_mappings')
      .values({ account_id: world.accountId, group_id: mapped, idp_group: 'eng' })
      .execute();
    await world.unmanagedGroup('Everyone', { default_group: 'everyone', assign_by_default: true });
    await inTransaction(db, (trx) =>
      setLicenseMappings(
        trx,
        operatorCaller(OPERATOR),
        world.accountId,
        { mappings: { it: ['Ops'], developer: ['eng'] } },
        NOW,
      ),
    );
    const found = await preview(world, { enabled: true });
    expect(named(effect(found, 'group_mappings_stop'))).toEqual([['Engineering', null]]);
    expect(named(effect(found, 'default_groups_stop_filling'))).toEqual([['Everyone', null]]);
    expect(effect(found, 'license_mappings_stop')).toMatchObject({ count: 2 });
  });

  test('warns when SCIM and sign-in come from different kinds of provider, and advises against unprovisioned sign-in', async () => {
    const world = await givenDirectory(db, {
      account: { sso_provider_kind: 'entra' },
      scim: { enabled: false, provider_kind: 'okta' },
    });
    const found = await preview(world, { enabled: true });
    expect(effect(found, 'provider_kinds_differ')).toEqual({
      setting: 'providerKind',
      kind: 'provider_kinds_differ',
      weight: 'warning',
      text: 'SCIM comes from okta and sign-in from entra: the two may disagree about people. Provision from where people sign in.',
      count: null,
      examples: [],
    });
    expect(effect(found, 'unprovisioned_sign_in_advice')).toMatchObject({ weight: 'warning' });
    const agreeing = await preview(world, {
      enabled: true,
      providerKind: 'entra',
      unprovisionedSignIn: false,
    });
    expect(effect(agreeing, 'provider_kinds_differ')).toBeUndefined();
    expect(effect(agreeing, 'unprovisioned_sign_in_advice')).toBeUndefined();
  });

  test('says what stands in the way, all of it, and is refused for the first of it', async () => {
    const world = await givenDirectory(db, {
      account: { plan: 'starter', sso_provider_kind: null },
      scim: { enabled: false },
    });
    const changes = { enabled: true, defaultLicenseType: 'analyst' } as const;
    const found = await preview(world, changes);
    expect(found.obstacles.map(({ reason }) => reason)).toEqual([
      'plan_too_small',
      'sso_not_connected',
      'license_unavailable',
    ]);
    await expect(apply(world, changes)).rejects.toMatchObject({ reason: 'plan_too_small' });
  });

  test('tells whose license changes, since asserted types begin to count', async () => {
    const world = await readyToEnable();
    const ana = await person(world, 'ana', { asserted_license_type: 'it' });
    const { licenses } = await preview(world, { enabled: true });
    expect(licenses.changes).toMatchObject([
      { person: { id: ana }, from: { licenseType: 'developer' }, to: { licenseType: 'it', source: 'scim' } },
    ]);
  });

  test('misses a token as long as there is none', async () => {
    const world = await readyToEnable();
    expect(effect(await preview(world, { enabled: true }), 'no_scim_token')).toMatchObject({
      weight: 'note',
    });
    await inTransaction(db, (trx) => createScimToken(trx, OPERATOR, world.accountId, { name: 'okta' }, NOW));
    expect(effect(await preview(world, { enabled: true }), 'no_scim_token')).toBeUndefined();
  });

  test('applied with its token is refused when somebody else could be locked out by now', async () => {
    const world = await readyToEnable();
    const owner = await world.unmanagedGroup('Owner', { default_group: 'owner', grants: ['account_admin'] });
    const { token } = await preview(world, { enabled: true });
    const late = await person(world, 'late', {});
    await db
      .insertInto('group_members')
      .values({
        account_id: world.accountId,
        group_id: owner,
        user_id: late,
        origin: 'manual',
        added_at: NOW,
      })
      .execute();
    await expect(apply(world, { enabled: true }, token)).rejects.toMatchObject({
      code: 'plan_changed',
      differences: [
        'Administrators only by a default group: none in the preview, 1 (late@acme.example) now.',
      ],
    });
  });
});

describe('the preview of disabling SCIM', () => {
  test('says that nothing is lost, and how many tokens are refused', async () => {
    const world = await givenDirectory(db);
    await world.users(3);
    await world.post({ displayName: 'Engineering' });
    await inTransaction(db, (trx) => createScimToken(trx, OPERATOR, world.accountId, { name: 'okta' }, NOW));
    const found = await preview(world, { enabled: false });
    expect(effect(found, 'scim_requests_refused')).toMatchObject({ weight: 'warning', count: 1 });
    expect(effect(found, 'nothing_is_lost')?.text).toContain('3 people and 1 group stay');
    await apply(world, { enabled: false });
    expect(
      await db.selectFrom('users').select('scim_managed').where('account_id', '=', world.accountId).execute(),
    ).toEqual([true, true, true].map((scim_managed) => ({ scim_managed })));
  });

  test('warns of who can sign in then, where the setting that refuses them comes to rest', async () => {
    const world = await givenDirectory(db, { scim: { unprovisioned_sign_in: false } });
    const found = await preview(world, { enabled: false });
    expect(effect(found, 'setting_rests')).toMatchObject({
      setting: 'unprovisionedSignIn',
      weight: 'warning',
    });
    const other = await givenDirectory(db);
    expect(effect(await preview(other, { enabled: false }), 'setting_rests')).toBeUndefined();
  });

  test('tells whose license the next sign-in would change, and changes none itself', async () => {
    const world = await givenDirectory(db);
    const ana = await person(world, 'ana', {
      asserted_license_type: 'it',
      sign_in_groups: ['Guests'],
      license_type: 'it',
      license_source: 'scim',
    });
    await inTransaction(db, (trx) =>
      setLicenseMappings(
        trx,
        operatorCaller(OPERATOR),
        world.accountId,
        { mappings: { read_only: ['Guests'] } },
        NOW,
      ),
    );
    const found = await preview(world, { enabled: false });
    expect(found.licenses.changes).toEqual([]);
    expect(found.licensesAtSignIn?.changes).toMatchObject([
      {
        person: { id: ana },
        from: { licenseType: 'it' },
        to: { licenseType: 'read_only', source: 'sso_mapping' },
      },
    ]);
    expect(await apply(world, { enabled: false }, found.token)).toMatchObject({ licensesChanged: 0 });
  });
});

describe('the preview of another setting', () => {
  test('allowManualUpdates: how many people and groups are locked, or may be overwritten', async () => {
    const world = await givenDirectory(db);
    await world.users(2);
    await world.post({ displayName: 'Engineering' });
    const open = effect(await preview(world, { allowManualUpdates: true }), 'manual_updates_open');
    expect(open).toMatchObject({ weight: 'warning', count: 3 });
    expect(open?.text).toContain('may overwrite');
    await apply(world, { allowManualUpdates: true });
    const locked = effect(await preview(world, { allowManualUpdates: false }), 'manual_updates_locked');
    expect(locked?.text).toContain('2 SCIM-managed people and the names and members of 1 SCIM-managed group');
  });

  test('manageLicenses: who asserts nothing, and whose license somebody chose by hand', async () => {
    const world = await givenDirectory(db);
    await person(world, 'told', { asserted_license_type: 'it' });
    await person(world, 'chosen', { manual_license_type: 'read_only' });
    const found = await preview(world, { manageLicenses: true });
    expect(named(effect(found, 'people_without_asserted_license'))).toEqual([['chosen@acme.example', null]]);
    expect(named(effect(found, 'manual_licenses_locked'))).toEqual([['chosen@acme.example', null]]);
    expect(found.licenses.moves).toEqual([{ from: 'developer', to: 'it', people: 1, kept: 0 }]);
  });

  test('unlicensedMembers: which invited members of groups a group write would have refused', async () => {
    const world = await givenDirectory(db);
    const waiting = await person(world, 'waiting', { state: 'invited' });
    const active = await person(world, 'active', {});
    await person(world, 'nowhere', { state: 'invited' });
    await world.post({ displayName: 'Engineering', memberIds: [waiting, active] });
    const found = effect(await preview(world, { unlicensedMembers: 'reject' }), 'group_writes_refused');
    expect(found).toMatchObject({ weight: 'warning', count: 1 });
    expect(named(found)).toEqual([['waiting@acme.example', null]]);
  });

  test('defaultLicenseType: moves nobody, says how many seats are free, and what mappings that match nothing would give', async () => {
    const world = await givenDirectory(db, { seats: { it: 3 } });
    const ana = await person(world, 'ana', { sign_in_groups: ['Guests'] });
    expect((await preview(world, { defaultLicenseType: 'it' })).licensesAtSignIn).toBeNull();
    await inTransaction(db, (trx) =>
      setLicenseMappings(
        trx,
        operatorCaller(OPERATOR),
        world.accountId,
        { mappings: { developer: ['Engineering'] } },
        NOW,
      ),
    );
    const found = await preview(world, { defaultLicenseType: 'it' });
    expect(effect(found, 'default_seats_are_scarce')).toMatchObject({ weight: 'note', count: 3 });
    expect(found.licenses.changes).toEqual([]);
    expect(found.licensesAtSignIn?.changes).toMatchObject([
      { person: { id: ana }, to: { licenseType: 'it', source: 'sso_mapping' } },
    ]);
    expect(await apply(world, { defaultLicenseType: 'it' }, found.token)).toMatchObject({
      licensesChanged: 0,
    });
  });

  test('userNamePolicy: whose user name is no address, and whose e-mails name another', async () => {
    const world = await givenDirectory(db, { scim: { user_name_policy: 'any' } });
    await person(world, 'ana', { user_name: 'ana', email_keys: ['ana@acme.example'] });
    await person(world, 'bo', { email_keys: ['other@acme.example'] });
    await person(world, 'cy', { email_keys: ['cy@acme.example'] });
    const found = await preview(world, { userNamePolicy: 'email' });
    expect(named(effect(found, 'user_names_without_address'))).toEqual([['ana', null]]);
    expect(named(effect(found, 'user_names_beside_work_email'))).toEqual([['bo@acme.example', null]]);
    await apply(world, { userNamePolicy: 'email' });
    expect(effect(await preview(world, { userNamePolicy: 'any' }), 'user_names_are_free')).toBeDefined();
  });

  test('dialects: how many of the latest requests were read with which leniency', async () => {
    const world = await givenDirectory(db);
    for (const codes of [[], ['op_case'], ['op_case', 'missing_path']])
      await insertRequest(world.accountId, codes);
    const found = effect(await preview(world, { dialects: 'strict' }), 'requests_read_leniently');
    expect(found).toMatchObject({ weight: 'warning', count: 2 });
    expect(found?.text).toContain(
      'Of the latest 3 requests, 2 were read with leniency: op_case (2), missing_path (1).',
    );
  });

  test('unprovisionedSignIn: how many people whom SCIM does not manage go on signing in', async () => {
    const world = await givenDirectory(db);
    await person(world, 'guest', { scim_managed: false });
    const found = effect(
      await preview(world, { unprovisionedSignIn: false }),
      'unprovisioned_sign_in_refused',
    );
    expect(named(found)).toEqual([['guest@acme.example', null]]);
  });

  test('cursorPagination: in words', async () => {
    const world = await givenDirectory(db);
    expect((await preview(world, { cursorPagination: false })).effects).toMatchObject([
      { setting: 'cursorPagination', kind: 'cursors_announced', count: null },
    ]);
  });

  test.each(['allowManualUpdates', 'manageLicenses', 'cursorPagination', 'unprovisionedSignIn'] as const)(
    'that rests while SCIM is off says so: %s',
    async (setting) => {
      const world = await readyToEnable();
      const value = setting !== 'cursorPagination' && setting !== 'unprovisionedSignIn';
      expect((await preview(world, { [setting]: value })).effects).toMatchObject([
        { setting, kind: 'setting_rests' },
      ]);
    },
  );

  test('names what changes, and nothing where nothing does', async () => {
    const world = await givenDirectory(db);
    const found = await preview(world, { dialects: 'strict', enabled: true });
    expect([found.changed, found.before.dialects, found.after.dialects]).toEqual([
      ['dialects'],
      'lenient',
      'strict',
    ]);
    expect(await preview(world, {})).toMatchObject({
      changed: [],
      effects: [],
      obstacles: [],
      licensesAtSignIn: null,
    });
  });

  test.each(SCIM_SETTINGS.filter((setting) => setting !== 'enabled'))(
    'is not applied with its token when an administrator changed %s meanwhile',
    async (setting) => {
      const world = await givenDirectory(db, { seats: { analyst: 1 } });
      const other = setting === 'dialects' ? { cursorPagination: false } : { dialects: 'strict' as const };
      const { token } = await preview(world, other);
      await apply(world, { [setting]: OTHER_VALUES[setting] });
      const refusal = await apply(world, other, token).catch((error: unknown) => error);
      const differences = refusal instanceof PlanChangedError ? refusal.differences : [];
      expect(differences.some((difference) => difference.startsWith(`${setting}: `))).toBe(true);
    },
  );
});

const OTHER_VALUES = {
  providerKind: 'entra',
  allowManualUpdates: true,
  manageLicenses: true,
  unlicensedMembers: 'reject',
  defaultLicenseType: 'analyst',
  userNamePolicy: 'any',
  dialects: 'strict',
  cursorPagination: false,
  unprovisionedSignIn: false,
} as const;

test.each([
  ['account_admin', 'shown'],
  ['security_admin', 'shown'],
  ['billing_admin', 'shown'],
  ['account_viewer', 'shown'],
  ['member', 'forbidden'],
] as const)('a preview is for whoever may read settings: %s', async (set, expected) => {
  const { accountId } = await givenDirectory(db);
  const caller = callerWith(OPERATOR, null, [set]);
  const outcome = await previewScimConfiguration(db, caller, accountId, { dialects: 'strict' }, NOW).then(
    () => 'shown',
    (error: unknown) => (error instanceof ForbiddenError ? error.code : error),
  );
  expect(outcome).toBe(expected);
});

/** SCIM-managed, active and a developer, unless told otherwise. */
async function person({ accountId }: Directory, name: string, row: PersonRow): Promise<string> {
  const [id = ''] = await insertPeople(db, accountId, [
    { user_name: `${name}@acme.example`, scim_managed: true, ...row },
  ]);
  return id;
}

async function insertRequest(accountId: string, codes: readonly string[]): Promise<void> {
  await db
    .insertInto('provisioning_events')
    .values({
      account_id: accountId,
      id: newId(),
      at: NOW,
      token_id: newId(),
      address: '192.0.2.1',
      method: 'PATCH',
      path: '/Users',
      status: 200,
      duration_ms: 1,
      leniencies: JSON.stringify(codes.map((code) => ({ code, text: code }))),
    })
    .execute();
}
