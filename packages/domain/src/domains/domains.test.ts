import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAccountSettings } from '../accounts/account-settings.ts';
import { verifyDomain } from '../accounts/verify-domain.ts';
import type { Actor } from '../actor.ts';
import { callerWith, operatorCaller } from '../admins/caller.ts';
import { inTransaction } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { type DnsServer, startDnsServer } from '../testing/dns-server.ts';
import { identityProvider } from '../testing/provisioning.ts';
import type { AccountDomain } from './account-domain.ts';
import {
  addDomain,
  getChallenge,
  getDomain,
  listDomains,
  recordDomainCheck,
  removeDomain,
} from './manage-domains.ts';
import { type TxtLookup, txtLookup } from './txt-records.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');
const LATER = new Date('2026-11-23T08:00:00.000Z');
const OPERATOR: Actor = { kind: 'operator', name: 'test' };
const CALLER = operatorCaller(OPERATOR);

const database = await testDatabase();
const { db } = database;
let dns: DnsServer;
let lookup: TxtLookup;

beforeAll(async () => {
  dns = await startDnsServer();
  lookup = txtLookup([dns.address]);
});
afterAll(async () => {
  await dns[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function givenDomains(verifiedDomains: readonly string[] = []) {
  const account = await givenAccount(db, { verifiedDomains });
  const { accountId } = account;
  return {
    ...account,
    idp: identityProvider(db, account),
    add: (domain: string, caller = CALLER) =>
      inTransaction(db, (trx) => addDomain(trx, caller, accountId, domain, NOW)),
    remove: (domain: string) => inTransaction(db, (trx) => removeDomain(trx, CALLER, accountId, domain, NOW)),
    /** As an edge does it: nothing slow happens in the transaction. */
    async check(domain: string, now = NOW): Promise<AccountDomain> {
      const { name } = await getChallenge(db, accountId, domain);
      const answer = await lookup(name);
      return inTransaction(db, (trx) => recordDomainCheck(trx, CALLER, accountId, domain, answer, now));
    },
    verified: async () => (await readAccountSettings(db, accountId)).verifiedDomains,
    async events(): Promise<unknown[]> {
      const events = await db
        .selectFrom('audit_events')
        .select(['kind', 'detail'])
        .where('account_id', '=', accountId)
        .where('kind', 'like', 'account.domain%')
        .orderBy('id')
        .execute();
      return events.map(({ kind, detail }) => [kind, detail]);
    },
  };
}

function publish(challenge: AccountDomain['challenge'], ...besides: readonly string[]): void {
  dns.records.set(challenge?.name ?? '', [...besides, challenge?.value ?? '']);
}

describe('a domain', () => {
  test('vouches for nobody until the TXT record of its challenge is found, and is verified then', async () => {
    const account = await givenDomains();
    const added = await account.add('Corp.Example');
    expect(added).toEqual({
      domain: 'corp.example',
      state: 'pending',
      verifiedAt: null,
      createdAt: NOW,
      challenge: {
        name: '_rollcall-challenge.corp.example',
        value: added.challenge?.value,
      },
      lastCheck: null,
    });
    expect(added.challenge?.value).toMatch(/^rollcall-domain=[0-9a-f]{40}$/u);
    expect(await account.check('corp.example')).toMatchObject({
      state: 'pending',
      lastCheck: { at: NOW, outcome: 'missing' },
    });
    expect(await account.verified()).toEqual([]);
    expect(await account.idp.post({ userName: 'ana@corp.example' })).toMatchObject({ state: 'invited' });

    publish(added.challenge, 'v=spf1 -all', 'x'.repeat(300));
    const verified = { state: 'verified', verifiedAt: LATER, lastCheck: { at: LATER, outcome: 'found' } };
    expect(await account.check('corp.example', LATER)).toEqual({ ...added, ...verified });
    expect(await account.verified()).toEqual(['corp.example']);
    expect(await account.idp.post({ userName: 'bo@corp.example' })).toMatchObject({ state: 'active' });
    expect(await account.events()).toEqual([
      ['account.domain_added', { domain: 'corp.example' }],
      ['account.domain_verified', { domain: 'corp.example' }],
    ]);
  });

  test('is not verified by the record of another account', async () => {
    const [own, other] = [await givenDomains(), await givenDomains()];
    const added = await own.add('shared.example');
    await other.add('shared.example');
    publish(added.challenge);
    expect(await other.check('shared.example')).toMatchObject({
      state: 'pending',
      lastCheck: { outcome: 'other_value' },
    });
    expect(await own.check('shared.example')).toMatchObject({ state: 'verified' });
    publish((await getDomain(db, other.accountId, 'shared.example')).challenge, added.challenge?.value ?? '');
    expect(await other.check('shared.example')).toMatchObject({ state: 'verified' });
  });

  test('that was verified stays so when the record is gone, or nobody answers', async () => {
    const account = await givenDomains();
    const { challenge } = await account.add('steady.example');
    publish(challenge);
    await account.check('steady.example');
    dns.records.delete(challenge?.name ?? '');
    expect(await account.check('steady.example', LATER)).toMatchObject({
      state: 'verified',
      verifiedAt: NOW,
      lastCheck: { at: LATER, outcome: 'missing' },
    });
    const answer = { kind: 'unreachable' } as const;
    expect(
      await inTransaction(db, (trx) =>
        recordDomainCheck(trx, CALLER, account.accountId, 'steady.example', answer, LATER),
      ),
    ).toMatchObject({ state: 'verified', lastCheck: { outcome: 'unreachable' } });
    expect(await account.verified()).toEqual(['steady.example']);
  });

  test('keeps its challenge when it is added again, and writes nothing', async () => {
    const account = await givenDomains();
    const first = await account.add('again.example');
    expect(await account.add(' AGAIN.example ')).toEqual(first);
    expect(await account.events()).toHaveLength(1);
  });

  test('added by two administrators at once is there once', async () => {
    const account = await givenDomains();
    const both = await Promise.all([account.add('both.example'), account.add('both.example')]);
    expect(both[0]).toEqual(both[1]);
    expect(await account.events()).toHaveLength(1);
  });

  test('with letters beyond ASCII is asked for by its name in DNS', async () => {
    const account = await givenDomains();
    const { challenge } = await account.add('Bücher.example');
    expect(challenge?.name).toBe('_rollcall-challenge.xn--bcher-kva.example');
    publish(challenge);
    expect(await account.check('bücher.example')).toMatchObject({ state: 'verified' });
  });

  test('that an operator vouched for needs no record, and has none to look for', async () => {
    const account = await givenDomains();
    await inTransaction(db, (trx) => verifyDomain(trx, OPERATOR, account.accountId, 'given.example', NOW));
    expect(await listDomains(db, account.accountId)).toMatchObject([{ state: 'verified', challenge: null }]);
    await expect(account.check('given.example')).rejects.toMatchObject({
      code: 'invalid_input',
      path: 'domain',
    });
  });

  test('that is removed vouches for nobody any more; who was active stays so', async () => {
    const account = await givenDomains(['corp.example', 'other.example']);
    const ana = await account.idp.post({ userName: 'ana@corp.example' });
    expect(await account.remove('Corp.example')).toMatchObject({ domain: 'corp.example' });
    expect(await account.verified()).toEqual(['other.example']);
    expect(await account.idp.post({ userName: 'bo@corp.example' })).toMatchObject({ state: 'invited' });
    expect(await account.idp.patch(ana.id, { externalId: 'x' })).toMatchObject({ state: 'active' });
    await expect(account.remove('corp.example')).rejects.toMatchObject({ code: 'not_found' });
    expect(await account.events()).toEqual([
      ['account.domain_removed', { domain: 'corp.example', state: 'verified' }],
    ]);
  });

  test.each([
    '',
    'localhost',
    'a b.example',
    'ana@corp.example',
    '-x.example',
    'x..example',
    'x.example\0',
    '\uD800.example',
  ])('is refused for what is none: %j', async (text) => {
    const account = await givenDomains();
    await expect(account.add(text)).rejects.toMatchObject({ code: 'invalid_input', path: 'domain' });
  });

  test('is one of 200 at most', async () => {
    const account = await givenDomains(Array.from({ length: 200 }, (_, index) => `d${index}.example`));
    await expect(account.add('one-more.example')).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await account.add('d7.example')).toMatchObject({ state: 'verified' });
  });

  test.each(['security_admin', 'billing_admin', 'account_viewer', 'member'] as const)(
    'is not for %s to add',
    async (set) => {
      const account = await givenDomains();
      await expect(account.add('corp.example', callerWith(OPERATOR, null, [set]))).rejects.toMatchObject({
        code: 'forbidden',
        right: 'settings:write',
      });
    },
  );

  test('of another account is not there', async () => {
    const [own, other] = [await givenDomains(), await givenDomains()];
    await own.add('mine.example');
    await expect(getDomain(db, other.accountId, 'mine.example')).rejects.toMatchObject({ code: 'not_found' });
    await expect(other.remove('mine.example')).rejects.toMatchObject({ code: 'not_found' });
    await expect(getDomain(db, own.accountId, 'a\0b')).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      inTransaction(db, (trx) => addDomain(trx, CALLER, newId(), 'x.example', NOW)),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the look for TXT records', () => {
  test('joins the chunks of a long one', async () => {
    const text = 'y'.repeat(700);
    dns.records.set('long.example', [text, 'short']);
    expect(await lookup('long.example')).toEqual({ kind: 'records', texts: [text, 'short'] });
  });

  test('finds none where the name, or a record of it, does not exist', async () => {
    dns.records.set('empty.example', []);
    expect(await lookup('empty.example')).toEqual({ kind: 'records', texts: [] });
    expect(await lookup('nowhere.example')).toEqual({ kind: 'records', texts: [] });
  });

  test('says so when nobody answers', async () => {
    await using silent = await startDnsServer();
    silent.silent = true;
    expect(await txtLookup([silent.address])('any.example')).toEqual({ kind: 'unreachable' });
  });
});
