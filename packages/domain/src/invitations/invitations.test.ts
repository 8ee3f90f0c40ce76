import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../actor.ts';
import { callerWith, operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { workEmailOf } from '../testing/provisioning.ts';
import { queuedTasks } from '../testing/queue.ts';
import { createUserByHand } from '../users/create-user-by-hand.ts';
import { givenPeople, type PeopleWorld } from '../users/user-testing.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { confirmEmailChange } from './confirm-email-change.ts';
import { endExpiredInvitations } from './end-expired-invitations.ts';
import {
  resendConfirmationByHand,
  resendInvitationByHand,
  revokeInvitationByHand,
} from './invitations-by-hand.ts';
import { countInvitations, listInvitations } from './list-invitations.ts';
import { queueUnsentMails } from './queue-unsent-mails.ts';

const BUTTON: Actor = { kind: 'system', name: 'a link in a mail' };
const ADMIN = callerWith({ kind: 'administrator', id: newId(), name: 'Ana' }, newId(), ['account_admin']);
const DAYS = 24 * 60 * 60 * 1000;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

interface Row {
  id: string;
  address: string;
  outcome: string | null;
}

async function rowsOf(table: 'invitations' | 'email_confirmations', world: PeopleWorld): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select id, address, outcome from ${sql.table(table)} where account_id = ${world.accountId} order by id`.execute(
    world.db,
  );
  return rows;
}

async function newestOf(table: 'invitations' | 'email_confirmations', world: PeopleWorld): Promise<string> {
  return (await rowsOf(table, world)).at(-1)?.id ?? '';
}

function accept(world: PeopleWorld, id: string, now = new Date()) {
  return inTransaction(world.db, (trx) => acceptInvitation(trx, BUTTON, world.accountId, id, now));
}

function confirm(world: PeopleWorld, id: string, now = new Date()) {
  return inTransaction(world.db, (trx) => confirmEmailChange(trx, BUTTON, world.accountId, id, now));
}

describe('an invitation', () => {
  it('accepted by its button makes the person active and licensed, once', async () => {
    const world = await givenPeople(database.db);
    const { id: userId } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const id = await newestOf('invitations', world);
    expect(await accept(world, id)).toMatchObject({ id: userId, state: 'active', licenseType: 'developer' });
    await expect(accept(world, id)).rejects.toMatchObject({
      reason: 'no_invitation',
      facts: { outcome: 'accepted' },
    });
  });

  it('whose button is pressed eight times at once is accepted once', async () => {
    const world = await givenPeople(database.db);
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const id = await newestOf('invitations', world);
    const presses = await Promise.allSettled(Array.from({ length: 8 }, () => accept(world, id)));
    expect(presses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const events = (await world.events()).filter(({ kind }) => kind === 'invitation.accepted');
    expect(events).toHaveLength(1);
  });

  it('works to the end of its fourteenth day, and then not', async () => {
    const world = await givenPeople(database.db);
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const id = await newestOf('invitations', world);
    await expect(accept(world, id, new Date(Date.now() + 14 * DAYS))).rejects.toMatchObject({
      facts: { outcome: 'expired' },
    });
    expect(await accept(world, id, new Date(Date.now() + 14 * DAYS - 60_000))).toMatchObject({
      state: 'active',
    });
  });

  it('that finds no seat leaves everything as it was and alerts administrators', async () => {
    const world = await givenPeople(database.db, { seats: { developer: 0 } });
    const { id: userId } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const id = await newestOf('invitations', world);
    await expect(accept(world, id)).rejects.toMatchObject({
      reason: 'no_free_seat',
      alert: { kind: 'invitation.acceptance_refused', alert: true },
    });
    expect(await world.read(userId)).toMatchObject({ state: 'invited' });
    expect(await rowsOf('invitations', world)).toMatchObject([{ outcome: null }]);
  });

  it('revoked by hand cannot be accepted, and another can be sent to the same person', async () => {
    const world = await givenPeople(database.db);
    const { id: userId } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const first = await newestOf('invitations', world);
    await inTransaction(world.db, (trx) =>
      revokeInvitationByHand(trx, ADMIN, world.accountId, userId, new Date()),
    );
    await expect(accept(world, first)).rejects.toMatchObject({ facts: { outcome: 'revoked' } });
    expect(await world.read(userId)).toMatchObject({ state: 'invited' });
    await inTransaction(world.db, (trx) =>
      resendInvitationByHand(trx, ADMIN, world.accountId, userId, new Date()),
    );
    expect(await accept(world, await newestOf('invitations', world))).toMatchObject({ state: 'active' });
  });

  it('revoked twice is revoked once', async () => {
    const world = await givenPeople(database.db);
    const { id: userId } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const revoke = () =>
      inTransaction(world.db, (trx) =>
        revokeInvitationByHand(trx, ADMIN, world.accountId, userId, new Date()),
      );
    await revoke();
    await revoke();
    expect((await world.events()).filter(({ kind }) => kind === 'invitation.revoked')).toHaveLength(1);
  });

  it('sent again lets the earlier link die', async () => {
    const world = await givenPeople(database.db);
    const { id: userId } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const first = await newestOf('invitations', world);
    await inTransaction(world.db, (trx) =>
      resendInvitationByHand(trx, ADMIN, world.accountId, userId, new Date()),
    );
    await expect(accept(world, first)).rejects.toMatchObject({ facts: { outcome: 'replaced' } });
  });

  it('can be sent again and revoked while manual updates are locked, but not made', async () => {
    const world = await givenPeople(database.db, { scim: { enabled: true, allow_manual_updates: false } });
    const { id: userId } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    const { accountId } = world;
    const by = ADMIN;
    await inTransaction(world.db, (trx) => resendInvitationByHand(trx, by, accountId, userId, new Date()));
    await inTransaction(world.db, (trx) => revokeInvitationByHand(trx, by, accountId, userId, new Date()));
    const person = { userName: 'bo@elsewhere.example' };
    await expect(
      inTransaction(world.db, (trx) => createUserByHand(trx, by, accountId, person, new Date())),
    ).rejects.toMatchObject({ reason: 'manual_updates_locked', facts: { setting: 'allowManualUpdates' } });
  });

  it('is for people who are invited', async () => {
    const world = await givenPeople(database.db);
    const { id: userId } = await world.idp.post({ userName: 'ana@acme.example' });
    for (const act of [resendInvitationByHand, revokeInvitationByHand]) {
      await expect(
        inTransaction(world.db, (trx) => act(trx, ADMIN, world.accountId, userId, new Date())),
      ).rejects.toMatchObject({ reason: 'no_invitation' });
      await expect(
        inTransaction(world.db, (trx) => act(trx, ADMIN, world.accountId, newId(), new Date())),
      ).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('whose time is over is ended, and an event tells of it', async () => {
    const world = await givenPeople(database.db);
    await world.idp.post({ userName: 'ana@elsewhere.example' });
    const { id: active } = await world.idp.post({ userName: 'bo@acme.example' });
    expect(await endExpiredInvitations(world.db, new Date(Date.now() + 13 * DAYS))).toBe(0);
    const after = new Date(Date.now() + 15 * DAYS);
    expect(await endExpiredInvitations(world.db, after)).toBeGreaterThanOrEqual(1);
    expect(await endExpiredInvitations(world.db, after)).toBe(0);
    expect(await rowsOf('invitations', world)).toMatchObject([{ outcome: 'expired' }]);
    expect((await world.events()).filter(({ kind }) => kind === 'invitation.expired')).toHaveLength(1);
    expect(await world.read(active)).toMatchObject({ state: 'active' });
  });

  it('made by hand in a verified domain makes an active person, elsewhere an invited one', async () => {
    const world = await givenPeople(database.db, { scim: { enabled: false } });
    const { accountId } = world;
    const make = (userName: string) =>
      inTransaction(world.db, (trx) =>
        createUserByHand(trx, operatorCaller(BUTTON), accountId, { userName }, new Date()),
      );
    expect(await make('ana@acme.example')).toMatchObject({ state: 'active' });
    expect(await make('bo@elsewhere.example')).toMatchObject({ state: 'invited' });
    expect(await rowsOf('invitations', world)).toMatchObject([{ address: 'bo@elsewhere.example' }]);
  });

  it('is found in a list by its state, its person and a part of its address', async () => {
    const world = await givenPeople(database.db);
    const { id: userId } = await world.idp.post({ userName: 'ana@elsewhere.example' });
    await world.idp.post({ userName: 'bo@nowhere.example' });
    const now = new Date();
    await inTransaction(world.db, (trx) => revokeInvitationByHand(trx, ADMIN, world.accountId, userId, now));
    const found = async (filter: Parameters<typeof listInvitations>[2], at = now): Promise<string[]> => {
      const slice = { behind: undefined, backward: false, limit: 10 };
      const rows = await listInvitations(world.db, world.accountId, filter, slice, at);
      expect(await countInvitations(world.db, world.accountId, filter, at)).toBe(rows.length);
      return rows.flatMap(({ item }) => item?.address ?? []);
    };
    expect(await found({})).toEqual(['bo@nowhere.example', 'ana@elsewhere.example']);
    expect(await found({ states: ['open'] })).toEqual(['bo@nowhere.example']);
    expect(await found({ states: ['revoked'] })).toEqual(['ana@elsewhere.example']);
    expect(await found({ states: ['expired'] }, new Date(now.getTime() + 15 * DAYS))).toEqual([
      'bo@nowhere.example',
    ]);
    expect(await found({ userId })).toEqual(['ana@elsewhere.example']);
    expect(await found({ search: 'NOWHERE' })).toEqual(['bo@nowhere.example']);
  });
});

describe('a changed address', () => {
  it('is asked to confirm once, however often the identity provider sends it', async () => {
    const world = await givenPeople(database.db);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.put(id, { userName: 'ana@elsewhere.example' });
    await world.idp.put(id, { userName: 'Ana@Elsewhere.example' });
    await world.idp.patch(id, { userName: 'ana@elsewhere.example' });
    expect(await rowsOf('email_confirmations', world)).toMatchObject([
      { address: 'ana@elsewhere.example', outcome: null },
    ]);
  });

  it('takes effect when its button is pressed, once', async () => {
    const world = await givenPeople(database.db);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.put(id, { userName: 'ana@elsewhere.example' });
    const confirmation = await newestOf('email_confirmations', world);
    expect(await confirm(world, confirmation)).toMatchObject({
      userName: 'ana@elsewhere.example',
      pendingUserName: null,
    });
    await expect(confirm(world, confirmation)).rejects.toMatchObject({ facts: { outcome: 'confirmed' } });
  });

  it('whose button is pressed eight times at once is confirmed once', async () => {
    const world = await givenPeople(database.db);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.put(id, { userName: 'ana@elsewhere.example' });
    const confirmation = await newestOf('email_confirmations', world);
    await Promise.allSettled(Array.from({ length: 8 }, () => confirm(world, confirmation)));
    expect((await world.events()).filter(({ kind }) => kind === 'email_change.confirmed')).toHaveLength(1);
  });

  it('that is cancelled or replaced lets its link die', async () => {
    const world = await givenPeople(database.db);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.put(id, { userName: 'ana@elsewhere.example' });
    const first = await newestOf('email_confirmations', world);
    await world.idp.put(id, { userName: 'ana@nowhere.example' });
    const second = await newestOf('email_confirmations', world);
    await expect(confirm(world, first)).rejects.toMatchObject({ facts: { outcome: 'replaced' } });
    await world.idp.patch(id, { userName: 'ana@acme.example' });
    await expect(confirm(world, second)).rejects.toMatchObject({ facts: { outcome: 'cancelled' } });
    expect(await world.read(id)).toMatchObject({ userName: 'ana@acme.example', pendingUserName: null });
  });

  it('of somebody who is deactivated or deleted is asked no longer', async () => {
    const world = await givenPeople(database.db);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.put(id, { userName: 'ana@elsewhere.example' });
    const first = await newestOf('email_confirmations', world);
    await world.idp.patch(id, { active: false });
    await expect(confirm(world, first)).rejects.toMatchObject({ facts: { outcome: 'cancelled' } });
    await world.idp.patch(id, { active: true });
    const again = await newestOf('email_confirmations', world);
    expect(again).not.toBe(first);
    await world.idp.delete(id);
    await expect(confirm(world, again)).rejects.toMatchObject({ facts: { outcome: 'cancelled' } });
  });

  it('shows at once where user names are free, and serves sign-in when it is confirmed', async () => {
    const world = await givenPeople(database.db, { scim: { enabled: true, user_name_policy: 'any' } });
    const { id } = await world.idp.post({ userName: 'ana', attributes: workEmailOf('ana@acme.example') });
    await world.idp.patch(id, { attributes: workEmailOf('ana@elsewhere.example') });
    await world.idp.patch(id, {
      attributes: { displayName: 'Ana', ...workEmailOf('ana@elsewhere.example') },
    });
    expect(await rowsOf('email_confirmations', world)).toMatchObject([
      { address: 'ana@elsewhere.example', outcome: null },
    ]);
    expect(await confirm(world, await newestOf('email_confirmations', world))).toMatchObject({
      signInEmail: 'ana@elsewhere.example',
    });
  });

  it('can be asked once more by hand, which lets the earlier link die', async () => {
    const world = await givenPeople(database.db);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    const again = () =>
      inTransaction(world.db, (trx) => resendConfirmationByHand(trx, ADMIN, world.accountId, id, new Date()));
    await expect(again()).rejects.toMatchObject({ reason: 'no_invitation' });
    await world.idp.put(id, { userName: 'ana@elsewhere.example' });
    const first = await newestOf('email_confirmations', world);
    await again();
    await expect(confirm(world, first)).rejects.toMatchObject({ facts: { outcome: 'replaced' } });
    expect(await confirm(world, await newestOf('email_confirmations', world))).toMatchObject({
      userName: 'ana@elsewhere.example',
    });
  });
});

describe('mails', () => {
  it('of all invitations and confirmations are queued once, by several workers at once', async () => {
    await using own = await testDatabase();
    const world = await givenPeople(own.db);
    const { id } = await world.idp.post({ userName: 'ana@acme.example' });
    await world.idp.put(id, { userName: 'ana@elsewhere.example' });
    await world.idp.post({ userName: 'bo@elsewhere.example' });
    const gone = await world.idp.post({ userName: 'cy@elsewhere.example' });
    await world.idp.delete(gone.id);
    const amounts = await Promise.all(Array.from({ length: 4 }, () => queueUnsentMails(own.db, new Date())));
    expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(2);
    const { accountId } = world;
    const invitation = (await rowsOf('invitations', world)).find(({ outcome }) => outcome === null);
    const [confirmation] = await rowsOf('email_confirmations', world);
    const tasks = await queuedTasks(own.url);
    expect(tasks.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual([
      {
        task: 'send-mail',
        payload: { mail: 'email_confirmation', accountId, confirmationId: confirmation?.id },
      },
      { task: 'send-mail', payload: { mail: 'invitation', accountId, invitationId: invitation?.id } },
    ]);
  });

  it('are sent to nobody who was created inactive', async () => {
    await using own = await testDatabase();
    const world = await givenPeople(own.db);
    await world.idp.post({ userName: 'ana@elsewhere.example', active: false });
    expect(await queueUnsentMails(own.db, new Date())).toBe(0);
  });
});
