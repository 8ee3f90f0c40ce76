import { afterAll, describe, expect, test } from 'vitest';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { findMiscounts } from '../accounts/miscounts.ts';
import { verifyDomain } from '../accounts/verify-domain.ts';
import type { Actor } from '../actor.ts';
import { callerWith, operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { answerAtAddress } from '../invitations/answer-at-address.ts';
import type { LicenseType } from '../licenses/license-type.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { identityProvider, workEmailOf } from '../testing/provisioning.ts';
import { selectUser } from '../users/users.repository.ts';
import { activateInvitedIn } from './activate-invited.ts';
import { addDomain } from './manage-domains.ts';
import { previewRemoveDomain, previewVerifyDomain } from './preview-domain.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');
const OPERATOR: Actor = { kind: 'operator', name: 'test' };
const CALLER = operatorCaller(OPERATOR);

const database = await testDatabase();
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

async function givenInvited(
  userNames: readonly string[],
  given: { seats?: Partial<Record<LicenseType, number>>; scim?: { user_name_policy: 'any' } } = {},
) {
  const account = await givenAccount(db, { verifiedDomains: [], ...given });
  const { accountId } = account;
  const idp = identityProvider(db, account);
  const ids: string[] = [];
  for (const userName of userNames) ids.push((await idp.post({ userName })).id);
  await inTransaction(db, (trx) => addDomain(trx, CALLER, accountId, 'corp.example', NOW));
  return {
    ...account,
    idp,
    ids,
    verify: () => inTransaction(db, (trx) => verifyDomain(trx, OPERATOR, accountId, 'corp.example', NOW)),
    preview: () => previewVerifyDomain(db, CALLER, accountId, 'corp.example', NOW),
    activate: (previewToken?: string, caller = CALLER) =>
      inTransaction(db, (trx) =>
        activateInvitedIn(trx, caller, accountId, { domain: 'Corp.example', previewToken }, NOW),
      ),
    states: () =>
      Promise.all(ids.map(async (id) => (await selectUser(db, accountId, id, 'everyone'))?.state)),
  };
}

describe('people who were invited before their domain was verified', () => {
  test('stay invited by its verification, and are active and licensed once somebody says so', async () => {
    const account = await givenInvited(['ana@corp.example', 'bo@CORP.example', 'cy@else.example']);
    const preview = await account.preview();
    await account.verify();
    expect(await account.states()).toEqual(['invited', 'invited', 'invited']);
    const result = await account.activate(preview.token);
    expect(result).toMatchObject({ withoutSeat: 0, remaining: 0 });
    expect(result.activated.map(({ id }) => id)).toEqual(account.ids.slice(0, 2));
    expect(await account.states()).toEqual(['active', 'active', 'invited']);
    expect(await selectUser(db, account.accountId, account.ids[0] ?? '', 'everyone')).toEqual(
      result.activated[0],
    );
    expect(result.activated[0]).toMatchObject({
      licenseType: 'developer',
      licenseSource: 'default',
      activatedAt: NOW,
      signInEmail: 'ana@corp.example',
    });
    const events = await db
      .selectFrom('audit_events')
      .select(['target_id', 'detail'])
      .where('account_id', '=', account.accountId)
      .where('kind', '=', 'user.activated')
      .orderBy('id')
      .execute();
    expect(events).toMatchObject([
      {
        target_id: account.ids[0],
        detail: { domain: 'corp.example', licenseDecision: { licenseType: 'developer' } },
      },
      { target_id: account.ids[1] },
    ]);
  });

  test('are shown beforehand, with license, seats, and who finds none', async () => {
    const account = await givenInvited(['ana@corp.example', 'bo@corp.example', 'cy@corp.example'], {
      seats: { developer: 2 },
    });
    await account.verify();
    const preview = await account.preview();
    expect(preview.invited).toBe(3);
    expect(
      preview.activation.changes.map(({ person, to, keptForWantOfSeat }) => [
        person.userName,
        to.licenseType,
        keptForWantOfSeat,
      ]),
    ).toEqual([
      ['ana@corp.example', 'developer', false],
      ['bo@corp.example', 'developer', false],
      ['cy@corp.example', 'developer', true],
    ]);
    expect(preview.activation.seats).toEqual([
      { licenseType: 'developer', limit: 2, usedBefore: 0, usedAfter: 2 },
    ]);
    expect(preview.effects.map(({ kind }) => kind)).toEqual([
      'newcomers_active_at_once',
      'invited_can_be_activated',
    ]);
    expect(await account.activate(preview.token)).toMatchObject({ withoutSeat: 1, remaining: 1 });
    expect(await account.states()).toEqual(['active', 'active', 'invited']);
    expect((await readAccountSettings(db, account.accountId)).seatLimits).toMatchObject([{ used: 2 }]);
    expect(await findMiscounts(db)).toEqual([]);
  });

  test('are not activated while the domain is not verified', async () => {
    const account = await givenInvited(['ana@corp.example']);
    await expect(account.activate()).rejects.toMatchObject({ reason: 'domain_not_verified' });
    expect(await account.states()).toEqual(['invited']);
  });

  test('are not activated when others are there than the preview showed', async () => {
    const account = await givenInvited(['ana@corp.example', 'bo@corp.example']);
    const { token } = await account.preview();
    await account.verify();
    await inTransaction(db, (trx) =>
      answerAtAddress(trx, OPERATOR, account.accountId, 'bo@corp.example', new Date(NOW.getTime() + 1)),
    );
    await expect(account.activate(token)).rejects.toMatchObject({
      code: 'plan_changed',
      differences: [
        'People from none to developer: 2 in the preview, 1 now.',
        'bo@corp.example has changed since.',
      ],
    });
  });

  test('find their earlier links dead', async () => {
    const account = await givenInvited(['ana@corp.example']);
    await account.verify();
    await account.activate();
    await expect(
      inTransaction(db, (trx) => answerAtAddress(trx, OPERATOR, account.accountId, 'ana@corp.example', NOW)),
    ).rejects.toMatchObject({ reason: 'no_invitation' });
  });

  test('are found by their work e-mail where user names are free', async () => {
    const account = await givenInvited([], { scim: { user_name_policy: 'any' } });
    const ana = await account.idp.post({ userName: 'ana', attributes: workEmailOf('ana@corp.example') });
    const bo = await account.idp.post({
      userName: 'bo',
      attributes: {
        emails: [
          { value: 'bo@else.example', type: 'work', primary: true },
          { value: 'bo@corp.example', type: 'home' },
        ],
      },
    });
    expect([ana.state, bo.state]).toEqual(['invited', 'invited']);
    await account.verify();
    const { activated, remaining } = await account.activate();
    expect([activated.map(({ id }) => id), remaining]).toEqual([[ana.id], 0]);
  });

  test('are activated once by two administrators who ask at once', async () => {
    const account = await givenInvited(['ana@corp.example', 'bo@corp.example'], { seats: { developer: 9 } });
    await account.verify();
    const [one, two] = await Promise.all([account.activate(), account.activate()]);
    expect(one.activated.length + two.activated.length).toBe(2);
    expect((await readAccountSettings(db, account.accountId)).seatLimits).toMatchObject([{ used: 2 }]);
  });

  test.each(['security_admin', 'billing_admin', 'account_viewer', 'member'] as const)(
    'are not for %s to activate',
    async (set) => {
      const account = await givenInvited([]);
      await account.verify();
      await expect(account.activate(undefined, callerWith(OPERATOR, null, [set]))).rejects.toMatchObject({
        right: 'settings:write',
      });
    },
  );
});

test('the preview of removing a domain says that who is there stays, and what newcomers meet', async () => {
  const account = await givenInvited([]);
  expect(await previewRemoveDomain(db, CALLER, account.accountId, 'corp.example')).toEqual([]);
  await account.verify();
  await account.idp.post({ userName: 'ana@corp.example' });
  await account.idp.post({ userName: 'bo@sub.corp.example' });
  expect(await previewRemoveDomain(db, CALLER, account.accountId, 'corp.example')).toMatchObject([
    { kind: 'newcomers_invited', count: null },
    { kind: 'people_stay', count: 1, examples: [{ name: 'ana@corp.example' }] },
  ]);
});

test('the preview of verifying names changes of address that wait for confirmation', async () => {
  const account = await givenInvited([]);
  const ana = await account.idp.post({ userName: 'ana@old.example' });
  await inTransaction(db, (trx) => answerAtAddress(trx, OPERATOR, account.accountId, 'ana@old.example', NOW));
  await account.idp.patch(ana.id, { userName: 'ana@corp.example' });
  expect((await account.preview()).effects).toContainEqual(
    expect.objectContaining({ kind: 'address_changes_wait', count: 1 }),
  );
});
