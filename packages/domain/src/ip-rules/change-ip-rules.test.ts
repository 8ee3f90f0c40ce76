import { afterAll, describe, expect, test } from 'vitest';
import { callerWith, operatorCaller } from '../admins/caller.ts';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../database/transaction.ts';
import { listAuditEvents } from '../events/list-audit-events.ts';
import { VersionMismatchError } from '../errors.ts';
import { newId } from '../ids.ts';
import { openProvisioningLog } from '../provisioning-log/provisioning-log.ts';
import { createScimToken, revokeScimToken } from '../scim-access/scim-tokens.ts';
import { recordTokenUse } from '../scim-access/token-lookup.repository.ts';
import { givenAccount } from '../testing/accounts.ts';
import { testDatabase } from '../testing/database.ts';
import { changeIpRules, type IpRulesInput } from './change-ip-rules.ts';
import { getIpRules, ipRulesInForce } from './find-ip-rules.ts';
import type { IpRulesChange } from './plan-ip-rules.ts';
import { previewIpRules } from './preview-ip-rules.ts';

const OPERATOR: Actor = { kind: 'operator', name: 'Olga' };
const CALLER = operatorCaller(OPERATOR);
const NOW = new Date();

const database = await testDatabase({ poolSize: 20 });
afterAll(() => database[Symbol.asyncDispose]());
const { db } = database;

function change(accountId: string, given: IpRulesChange, more: Partial<IpRulesInput> = {}) {
  return inTransaction(db, (trx) =>
    changeIpRules(trx, CALLER, accountId, { change: given, from: null, ...more }, NOW),
  );
}

function set(...texts: readonly string[]): IpRulesChange {
  return {
    kind: 'set',
    rules: texts.map((text) => {
      const [effect, range = '', note] = text.split(' ');
      return { effect: effect === 'deny' ? 'deny' : 'allow', range, note };
    }),
  };
}

function okta(...ranges: readonly string[]): IpRulesChange {
  return { kind: 'import', provider: 'okta', file: JSON.stringify({ us_cell_1: { ip_ranges: ranges } }) };
}

async function rulesOf(accountId: string): Promise<string[]> {
  const { rules } = await getIpRules(db, CALLER, accountId);
  return rules.map(({ source, effect, range }) => `${source} ${effect} ${range}`);
}

async function eventsOf(accountId: string) {
  const events = await listAuditEvents(db, accountId, {}, { newestFirst: false, limit: 50 });
  return events.map(({ kind, detail, alert }) => ({ kind, detail, alert }));
}

describe('rules by hand', () => {
  test('are set as a whole, in their canonical form, and each change is an audit event', async () => {
    const { accountId } = await givenAccount(db);
    const first = await change(accountId, set('allow 203.0.113.0/24 Office', 'allow 2001:DB8:0::/48'));
    expect(first.rules).toEqual({
      version: 1,
      rules: [
        { range: '203.0.113.0/24', effect: 'allow', note: 'Office', source: 'manual' },
        { range: '2001:db8::/48', effect: 'allow', note: null, source: 'manual' },
      ],
      lists: [],
    });
    await change(accountId, set('deny 203.0.113.9'));
    expect(await eventsOf(accountId)).toEqual([
      {
        kind: 'ip_rules.changed',
        alert: false,
        detail: {
          before: [],
          after: [
            { range: '203.0.113.0/24', effect: 'allow', note: 'Office' },
            { range: '2001:db8::/48', effect: 'allow', note: null },
          ],
        },
      },
      {
        kind: 'ip_rules.changed',
        alert: false,
        detail: {
          before: [
            { range: '203.0.113.0/24', effect: 'allow', note: 'Office' },
            { range: '2001:db8::/48', effect: 'allow', note: null },
          ],
          after: [{ range: '203.0.113.9/32', effect: 'deny', note: null }],
        },
      },
    ]);
  });

  test('that are as they were are not written', async () => {
    const { accountId } = await givenAccount(db);
    await change(accountId, set('allow 203.0.113.0/24 Office'));
    const again = await change(accountId, set('allow ::ffff:203.0.113.0/120 Office'));
    expect(again.rules.version).toBe(1);
    expect(await eventsOf(accountId)).toHaveLength(1);
  });

  test.each<[string, IpRulesChange, string]>([
    ['a range that is none', set('allow 203.0.113.0/24', 'allow office'), 'rules.1.range'],
    ['one range in both', set('allow 203.0.113.0/24', 'deny ::ffff:203.0.113.0/120'), 'rules.1.range'],
    ['one range twice', set('allow 203.0.113.9', 'allow 203.0.113.9/32'), 'rules.1.range'],
    [
      'a note of two lines',
      { kind: 'set', rules: [{ range: '::1', effect: 'deny', note: 'a\nb' }] },
      'rules.0.note',
    ],
    ['a long note', set(`allow ::1 ${'x'.repeat(201)}`), 'rules.0.note'],
    ['too many', set(...Array.from({ length: 501 }, (_, n) => `deny 10.0.${n >> 8}.${n & 255}`)), 'rules'],
    [
      'a day to come',
      {
        kind: 'import',
        provider: 'okta',
        file: '{"c":{"ip_ranges":["192.0.2.1"]}}',
        publishedOn: '2999-01-01',
      },
      'publishedOn',
    ],
    [
      'a day that is none',
      {
        kind: 'import',
        provider: 'okta',
        file: '{"c":{"ip_ranges":["192.0.2.1"]}}',
        publishedOn: '2026-02-30',
      },
      'publishedOn',
    ],
  ])('are refused for %s, with the place', async (_, given, path) => {
    const { accountId } = await givenAccount(db);
    await expect(change(accountId, given)).rejects.toMatchObject({ code: 'invalid_input', path });
    expect(await eventsOf(accountId)).toEqual([]);
  });

  test('need the right to write them', async () => {
    const { accountId } = await givenAccount(db);
    const viewer = callerWith(OPERATOR, null, ['account_viewer']);
    const input = { change: set('deny ::1'), from: null };
    await expect(
      inTransaction(db, (trx) => changeIpRules(trx, viewer, accountId, input, NOW)),
    ).rejects.toMatchObject({ code: 'forbidden', right: 'ip_rules:write' });
  });
});

describe('an imported list', () => {
  test('is replaced by importing it again, and leaves what is set by hand', async () => {
    const { accountId } = await givenAccount(db);
    await change(accountId, set('deny 192.0.2.9'));
    await change(accountId, okta('192.0.2.0/24', '198.51.100.0/24'));
    const again = await change(accountId, okta('198.51.100.0/24', '203.0.113.0/24'));
    expect(again.added.map(({ range }) => range)).toEqual(['203.0.113.0/24']);
    expect(again.removed.map(({ range }) => range)).toEqual(['192.0.2.0/24']);
    expect(again.rules.lists).toMatchObject([{ provider: 'okta', importedAt: NOW, importedBy: 'Olga' }]);
    expect(await rulesOf(accountId)).toEqual([
      'manual deny 192.0.2.9/32',
      'okta allow 198.51.100.0/24',
      'okta allow 203.0.113.0/24',
    ]);
    expect((await eventsOf(accountId)).at(-1)).toMatchObject({
      kind: 'ip_rules.list_imported',
      detail: {
        provider: 'okta',
        before: { ranges: 2 },
        after: { ranges: 2 },
        added: ['203.0.113.0/24'],
        removed: ['192.0.2.0/24'],
      },
    });
  });

  test('is removed with its ranges; one that is not there cannot be', async () => {
    const { accountId } = await givenAccount(db);
    await change(accountId, okta('192.0.2.0/24'));
    await change(accountId, { kind: 'remove', provider: 'okta' });
    expect(await getIpRules(db, CALLER, accountId)).toEqual({ version: 2, rules: [], lists: [] });
    await expect(change(accountId, { kind: 'remove', provider: 'okta' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('may allow what is allowed by hand, and nothing that is denied', async () => {
    const { accountId } = await givenAccount(db);
    await change(accountId, set('allow 192.0.2.0/24', 'deny 198.51.100.0/24'));
    const refusal = { reason: 'ip_range_conflict', facts: { ranges: ['198.51.100.0/24'] } };
    await expect(change(accountId, okta('192.0.2.0/24', '198.51.100.0/24'))).rejects.toMatchObject(refusal);
    await change(accountId, okta('192.0.2.0/24', '198.51.100.0/25'));
    await expect(change(accountId, set('deny 192.0.2.0/24'))).rejects.toMatchObject({
      reason: 'ip_range_conflict',
    });
  });
});

describe('whoever changes the rules', () => {
  test('is not locked out by it', async () => {
    const { accountId } = await givenAccount(db);
    const from = '203.0.113.9';
    await expect(change(accountId, set('allow 192.0.2.0/24'), { from })).rejects.toThrowError(
      'This would lock you out: your own address is 203.0.113.9; no rule would allow it',
    );
    await expect(change(accountId, set('deny 203.0.113.0/24'), { from })).rejects.toMatchObject({
      reason: 'locks_out_caller',
      facts: { address: from, range: '203.0.113.0/24' },
    });
    await expect(change(accountId, okta('192.0.2.0/24'), { from })).rejects.toMatchObject({
      reason: 'locks_out_caller',
    });
    expect(await rulesOf(accountId)).toEqual([]);
    await change(accountId, set('allow 192.0.2.0/24', 'allow 203.0.113.9'), { from });
    // By taking away what lets them in, too.
    await change(accountId, okta('198.51.100.0/24'), { from });
    await expect(change(accountId, set(), { from })).rejects.toMatchObject({ reason: 'locks_out_caller' });
  });

  test('hears which tokens it would refuse, from their uses and the latest requests', async () => {
    const { accountId } = await givenAccount(db);
    const tokens = await Promise.all(
      ['Okta', 'Entra', 'Gone'].map((name) =>
        inTransaction(db, (trx) => createScimToken(trx, OPERATOR, accountId, { name }, NOW)),
      ),
    );
    const [one, two, gone] = tokens.map(({ token }) => token.id);
    if (one === undefined || two === undefined || gone === undefined) throw new Error('No tokens.');
    await recordTokenUse(db, accountId, one, '192.0.2.1', NOW, 0);
    await recordTokenUse(db, accountId, two, '198.51.100.1', new Date(NOW.getTime() - 31 * 86_400_000), 0);
    await recordTokenUse(db, accountId, gone, '192.0.2.3', NOW, 0);
    await inTransaction(db, (trx) => revokeScimToken(trx, OPERATOR, accountId, gone, NOW));
    await logRequest(accountId, one, '192.0.2.2');
    const preview = await previewIpRules(
      db,
      CALLER,
      accountId,
      { change: set('allow 203.0.113.0/24', 'allow 192.0.2.1'), from: null },
      NOW,
    );
    expect(preview.refusedTokens).toMatchObject([{ tokenId: one, tokenName: 'Okta', address: '192.0.2.2' }]);
    const done = await change(accountId, set('allow 203.0.113.0/24'), {});
    expect(done.refusedTokens.map(({ address }) => address).toSorted()).toEqual(['192.0.2.1', '192.0.2.2']);
    expect((await eventsOf(accountId)).at(-1)).toMatchObject({ kind: 'ip_rules.changed', alert: true });
    // What is refused already is not told again.
    const next = await change(accountId, set('allow 203.0.113.0/25'), {});
    expect(next.refusedTokens).toEqual([]);
  });

  test('applies exactly what the preview said, or hears what has changed', async () => {
    const { accountId } = await givenAccount(db);
    const given = set('allow 203.0.113.0/24');
    const preview = () => previewIpRules(db, CALLER, accountId, { change: given, from: '192.0.2.1' }, NOW);
    const { token: previewToken, obstacles, added } = await preview();
    expect(added).toHaveLength(1);
    expect(obstacles).toMatchObject([{ reason: 'locks_out_caller' }]);
    await expect(change(accountId, set('deny ::1'), { previewToken })).rejects.toMatchObject({
      code: 'invalid_input',
      path: 'previewToken',
    });
    await change(accountId, set('deny 198.51.100.0/24'));
    await expect(change(accountId, given, { previewToken })).rejects.toMatchObject({
      code: 'plan_changed',
      differences: ['The IP rules: version 0 in the preview, version 1 now.'],
    });
    await change(accountId, given, { previewToken: (await preview()).token });
    expect(await rulesOf(accountId)).toEqual(['manual allow 203.0.113.0/24']);
  });
});

describe('at once', () => {
  test('of changes that expect one version, one is made', async () => {
    const { accountId } = await givenAccount(db);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) =>
        change(accountId, set(`allow 203.0.113.${n}`), { expectedVersion: 0 }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter(isStale)).toHaveLength(7);
    expect(await rulesOf(accountId)).toHaveLength(1);
  });

  test('an import and a denial never leave one range allowed and denied', async () => {
    const { accountId } = await givenAccount(db);
    for (let round = 0; round < 5; round += 1) {
      await Promise.allSettled([
        change(accountId, okta(`192.0.2.${round}`)),
        change(accountId, set(`deny 192.0.2.${round}`)),
      ]);
      const ranges = (await getIpRules(db, CALLER, accountId)).rules.map(({ range }) => range);
      expect(new Set(ranges).size).toBe(ranges.length);
    }
  });

  test('what a process remembers is as young as the version that it is asked for, and never older', async () => {
    const { accountId } = await givenAccount(db);
    for (let version = 1; version <= 5; version += 1) {
      await change(accountId, set(`allow 203.0.113.${version}`));
      const read = await Promise.all(Array.from({ length: 4 }, () => ipRulesInForce(db, accountId, version)));
      for (const rules of read) expect(rules).toMatchObject([{ range: `203.0.113.${version}/32` }]);
    }
    expect(await ipRulesInForce(db, accountId, 2)).toMatchObject([{ range: '203.0.113.5/32' }]);
  });
});

async function logRequest(accountId: string, tokenId: string, address: string): Promise<void> {
  await using log = openProvisioningLog(db, {
    onError: (error) => {
      throw error;
    },
  });
  log.record({
    id: newId(),
    accountId,
    at: NOW,
    tokenId,
    address,
    userAgent: null,
    method: 'GET',
    path: '/Users',
    status: 200,
    durationMs: 1,
    resourceType: null,
    resourceId: null,
    scimType: null,
    errorDetail: null,
    leniencies: [],
    preconditions: null,
    requestBody: undefined,
    answer: null,
  });
}

function isStale(outcome: PromiseSettledResult<unknown>): boolean {
  return outcome.status === 'rejected' && outcome.reason instanceof VersionMismatchError;
}
