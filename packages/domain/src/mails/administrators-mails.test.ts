import { afterAll, beforeEach, beforeAll, describe, expect, it, test } from 'vitest';
import { createAccount } from '../accounts/create-account.ts';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { createScimToken, revokeScimToken } from '../scim-access/scim-tokens.ts';
import { createServiceToken } from '../scim-access/service-tokens.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { mailsToSend } from '../testing/mails.ts';
import { queueAlertMails } from './queue-alert-mails.ts';
import { queueTokenExpiryWarnings, warningsDue } from './queue-token-expiry-warnings.ts';

const OPERATOR: Actor = { kind: 'operator', name: 'test' };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = new Date('2026-03-01T10:00:00.000Z');

let database: TestDatabase;
let accountId: string;
let accounts = 0;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  accountId = await givenAccount();
});

async function givenAccount(): Promise<string> {
  accounts += 1;
  const input = {
    slug: `mails-${accounts}`,
    name: `Acme ${accounts}`,
    verifiedDomains: ['acme.io'],
    owner: { email: 'olga@acme.io', givenName: 'Olga', familyName: 'Reyes' },
  };
  const account = await inTransaction(database.db, (trx) => createAccount(trx, OPERATOR, input, NOW));
  return account.id;
}

function later(milliseconds: number): Date {
  return new Date(NOW.getTime() + milliseconds);
}

async function alertAt(time: Date, alert = true): Promise<void> {
  await inTransaction(database.db, async (trx) =>
    appendAuditEvent(trx, OPERATOR, accountId, time, {
      kind: 'user.change_refused',
      target: { kind: 'account' },
      detail: { reason: 'last_account_admin' },
      alert,
    }),
  );
}

describe('alerts', () => {
  it('that come up together are one mail to each active account administrator', async () => {
    await alertAt(NOW);
    await alertAt(NOW);
    await alertAt(NOW, false);
    await queueAlertMails(database.db, later(MINUTE));
    const mails = await mailsToSend(database);
    expect(mails).toMatchObject([
      {
        mail: 'alerts',
        to: { name: 'Olga Reyes', address: 'olga@acme.io' },
        alerts: [
          { kind: 'user.change_refused', reason: 'last_account_admin', actor: 'test' },
          { kind: 'user.change_refused', reason: 'last_account_admin', actor: 'test' },
        ],
        more: 0,
      },
    ]);
  });

  it('of ten minutes after a mail wait for the next one, which tells of all of them', async () => {
    await alertAt(NOW);
    await queueAlertMails(database.db, later(MINUTE));
    expect(await mailsToSend(database)).toHaveLength(1);
    await alertAt(later(2 * MINUTE));
    await alertAt(later(3 * MINUTE));
    await queueAlertMails(database.db, later(10 * MINUTE));
    expect(await mailsToSend(database)).toEqual([]);
    await queueAlertMails(database.db, later(12 * MINUTE));
    expect(await mailsToSend(database)).toMatchObject([{ alerts: [{}, {}] }]);
    await queueAlertMails(database.db, later(30 * MINUTE));
    expect(await mailsToSend(database)).toEqual([]);
  });

  it('written late with an early time are not missed', async () => {
    await alertAt(later(5 * MINUTE));
    await queueAlertMails(database.db, later(6 * MINUTE));
    expect(await mailsToSend(database)).toHaveLength(1);
    await alertAt(NOW);
    await queueAlertMails(database.db, later(20 * MINUTE));
    expect(await mailsToSend(database)).toMatchObject([{ alerts: [{ at: NOW }] }]);
  });

  it('are mailed once by several workers at once', async () => {
    await alertAt(NOW);
    await Promise.all(Array.from({ length: 5 }, () => queueAlertMails(database.db, later(MINUTE))));
    expect(await mailsToSend(database)).toHaveLength(1);
  });

  it('of one account are none of another', async () => {
    await alertAt(NOW);
    const own = accountId;
    accountId = await givenAccount();
    await alertAt(NOW);
    await queueAlertMails(database.db, later(MINUTE));
    const mails = await mailsToSend(database);
    expect(mails.map((mail) => [mail.accountName, mail.mail === 'alerts' ? mail.alerts.length : 0])).toEqual([
      [`Acme ${accounts - 1}`, 1],
      [`Acme ${accounts}`, 1],
    ]);
    expect(own).not.toBe(accountId);
  });

  it('from days ago are old news', async () => {
    await alertAt(NOW);
    await queueAlertMails(database.db, later(3 * DAY));
    expect(await mailsToSend(database)).toEqual([]);
  });
});

describe('which warnings of a token are due', () => {
  test.each<[string, number, number, readonly number[]]>([
    ['31 days before', -365, 31, []],
    ['30 days before', -365, 30, [30]],
    ['15 days before', -365, 15, [30]],
    ['14 days before', -365, 14, [30, 14]],
    ['3 days before', -365, 3, [30, 14, 3]],
    ['of one made to live 10 days, 9 days before', -1, 9, []],
    ['of one made to live 10 days, 3 days before', -7, 3, [3]],
  ])('%s', (_title, createdInDays, expiresInDays, due) => {
    expect(warningsDue(later(createdInDays * DAY), later(expiresInDays * DAY), NOW)).toEqual(due);
  });
});

describe('warnings before a token stops working', () => {
  it('go out 30, 14 and 3 days before, once each, for SCIM and service tokens', async () => {
    const expiresAt = later(100 * DAY);
    await inTransaction(database.db, (trx) =>
      createScimToken(trx, OPERATOR, accountId, { name: 'Okta', expiresAt }, NOW),
    );
    await inTransaction(database.db, (trx) =>
      createServiceToken(
        trx,
        OPERATOR,
        accountId,
        { name: 'script', expiresAt, permissionSets: ['member'] },
        NOW,
      ),
    );
    const told: [number, string][] = [];
    for (let day = 0; day <= 101; day += 1) {
      await queueTokenExpiryWarnings(database.db, later(day * DAY));
      for (const mail of await mailsToSend(database, later(day * DAY))) {
        if (mail.mail === 'token_expiry') told.push([100 - day, `${mail.tokenKind} ${mail.token.name}`]);
      }
    }
    expect(told.toSorted((a, b) => b[0] - a[0] || a[1].localeCompare(b[1]))).toEqual([
      [30, 'scim Okta'],
      [30, 'service script'],
      [14, 'scim Okta'],
      [14, 'service script'],
      [3, 'scim Okta'],
      [3, 'service script'],
    ]);
  });

  it('that were missed are one mail', async () => {
    await inTransaction(database.db, (trx) =>
      createScimToken(trx, OPERATOR, accountId, { name: 'Okta', expiresAt: later(100 * DAY) }, NOW),
    );
    await queueTokenExpiryWarnings(database.db, later(99 * DAY));
    expect(await mailsToSend(database, later(99 * DAY))).toHaveLength(1);
  });

  it('are not sent for a token that was revoked', async () => {
    const { token } = await inTransaction(database.db, (trx) =>
      createScimToken(trx, OPERATOR, accountId, { name: 'Okta', expiresAt: later(40 * DAY) }, NOW),
    );
    await queueTokenExpiryWarnings(database.db, later(10 * DAY));
    await inTransaction(database.db, (trx) => revokeScimToken(trx, OPERATOR, accountId, token.id, NOW));
    expect(await mailsToSend(database, later(10 * DAY))).toEqual([]);
    await queueTokenExpiryWarnings(database.db, later(26 * DAY));
    expect(await mailsToSend(database, later(26 * DAY))).toEqual([]);
  });
});
