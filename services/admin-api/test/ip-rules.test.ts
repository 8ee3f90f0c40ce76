import { listAuditEvents } from '@rollcall/domain/events/list-audit-events';
import { isJsonObject } from '@rollcall/domain/json';
import { createScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { openTokenCache } from '@rollcall/domain/scim-access/authenticate';
import { afterAll, describe, expect, test, vi } from 'vitest';
import {
  type ApiClient,
  at,
  clientWith,
  OPERATOR,
  startTestAdminApi,
  type TestAccount,
  textAt,
} from './harness.ts';
import { addSignInAccount, openBrowser } from './sign-in-harness.ts';

const OFFICE = '203.0.113.9';
const ELSEWHERE = '198.51.100.7';
/** A proxy is in front: requests without a socket come from the loopback. */
const api = await startTestAdminApi({ trustedProxies: ['127.0.0.1'] });
afterAll(() => api[Symbol.asyncDispose]());

let accounts = 0;
async function given(): Promise<{ acme: TestAccount; office: ApiClient; elsewhere: ApiClient }> {
  accounts += 1;
  const acme = await api.addAccount(`acme-${accounts}`);
  const { token } = acme.admin;
  return {
    acme,
    office: clientWith(api.app, token, from(OFFICE)),
    elsewhere: clientWith(api.app, token, from(ELSEWHERE)),
  };
}

function from(address: string) {
  return { 'x-forwarded-for': address };
}

const RULES = 'ipRules { version rules { range effect note source } }';
const ALLOW_OFFICE = { range: '203.0.113.0/24', effect: 'ALLOW', note: 'Office' };
const VIEWER = '{ viewer { __typename } }';
const ACCOUNT = '{ account { id } }';

describe('the rules of an account', () => {
  test('are set, read and ended, with a version and audit events', async () => {
    const { acme, office } = await given();
    const set = await office.mutate('ipRulesSet', { rules: [ALLOW_OFFICE], expectedVersion: 0 }, RULES);
    expect(set).toEqual({
      __typename: 'IpRulesSetPayload',
      ipRules: { version: 1, rules: [{ ...ALLOW_OFFICE, source: 'MANUAL' }] },
    });
    const read = await office.query(
      '{ account { ipRules { version ownAddress { address allowed rule { range } } lists { provider } } } }',
    );
    expect(read.errors).toEqual([]);
    expect(at(read.data, 'account.ipRules')).toMatchObject({
      version: 1,
      ownAddress: { address: OFFICE, allowed: true, rule: { range: '203.0.113.0/24' } },
      lists: [],
    });
    const stale = await office.mutate('ipRulesSet', { rules: [], expectedVersion: 0 }, RULES);
    expect(stale).toMatchObject({ __typename: 'VersionMismatch' });
    await office.mutate('ipRulesSet', { rules: [], expectedVersion: 1 }, RULES);
    const events = await listAuditEvents(
      api.db,
      acme.accountId,
      { targetKind: 'ip_rules' },
      { newestFirst: false, limit: 9 },
    );
    const rule = { range: '203.0.113.0/24', effect: 'allow', note: 'Office' };
    expect(events.map(({ kind, actor, detail }) => ({ kind, actor: actor.kind, detail }))).toEqual([
      { kind: 'ip_rules.changed', actor: 'service_token', detail: { before: [], after: [rule] } },
      { kind: 'ip_rules.changed', actor: 'service_token', detail: { before: [rule], after: [] } },
    ]);
  });

  test('are refused with the path of the field', async () => {
    const { office } = await given();
    const wrong = [ALLOW_OFFICE, { range: '10.0.0.1/8', effect: 'DENY' }];
    expect(await office.mutate('ipRulesSet', { rules: wrong }, RULES)).toMatchObject({
      __typename: 'InvalidInput',
      fields: [{ path: 'input.rules.1.range' }],
    });
    const file = JSON.stringify({ cell: { ip_ranges: ['x'] } });
    expect(await office.mutate('ipRuleListImport', { provider: 'OKTA', file }, RULES)).toMatchObject({
      __typename: 'InvalidInput',
      fields: [{ path: 'input.file' }],
    });
    expect(await preview(office, { importList: { provider: 'OKTA', file } })).toMatchObject({
      __typename: 'InvalidInput',
      fields: [{ path: 'input.importList.file' }],
    });
    expect(await office.mutate('ipRuleListRemove', { provider: 'ENTRA' }, RULES)).toMatchObject({
      __typename: 'NotFound',
    });
  });

  test('are read by viewers and written by security administrators; another account has its own', async () => {
    const [{ acme }, other] = [await given(), await given()];
    const viewer = await acme.as('account_viewer');
    const security = await acme.as('security_admin');
    const rules = [{ range: '127.0.0.1', effect: 'ALLOW' }];
    expect(await viewer.mutate('ipRulesSet', { rules }, RULES)).toMatchObject({ __typename: 'Forbidden' });
    expect(await security.mutate('ipRulesSet', { rules }, RULES)).toMatchObject({ ipRules: { version: 1 } });
    expect(at((await viewer.query(`{ account { ${RULES} } }`)).data, 'account.ipRules.version')).toBe(1);
    expect(at((await other.office.query(`{ account { ${RULES} } }`)).data, 'account.ipRules.version')).toBe(
      0,
    );
  });
});

describe('a provider’s list', () => {
  test('is previewed, imported, imported again and removed, and tells its age', async () => {
    const { office } = await given();
    await office.mutate('ipRulesSet', { rules: [ALLOW_OFFICE] }, RULES);
    const publishedOn = new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10);
    const first = {
      provider: 'ENTRA',
      file: entraFile(['20.190.128.0/18', '2603:1006:2000::/48']),
      publishedOn,
    };
    const LIST =
      'added { range } removed { range } ipRules { lists { provider ranges changeNumber publishedOn importedBy ageDays } }';
    expect(await office.mutate('ipRuleListImport', first, LIST)).toMatchObject({
      added: [{ range: '20.190.128.0/18' }, { range: '2603:1006:2000::/48' }],
      ipRules: {
        lists: [
          {
            provider: 'ENTRA',
            ranges: 2,
            changeNumber: 326,
            publishedOn,
            importedBy: 'account_admin',
            ageDays: 40,
          },
        ],
      },
    });
    const again = { provider: 'ENTRA', file: entraFile(['20.190.128.0/18', '40.126.0.0/18']) };
    expect(await preview(office, { importList: again })).toMatchObject({
      added: [{ range: '40.126.0.0/18' }],
      removed: [{ range: '2603:1006:2000::/48' }],
      obstacles: [],
    });
    expect(await office.mutate('ipRuleListImport', again, LIST)).toMatchObject({
      removed: [{ range: '2603:1006:2000::/48' }],
      ipRules: { lists: [{ ranges: 2, publishedOn: null, ageDays: 0 }] },
    });
    expect(await office.mutate('ipRuleListRemove', { provider: 'ENTRA' }, LIST)).toMatchObject({
      removed: [{ range: '20.190.128.0/18' }, { range: '40.126.0.0/18' }],
      ipRules: { lists: [] },
    });
  });

  test('does not allow what is denied by hand', async () => {
    const { office } = await given();
    await office.mutate(
      'ipRulesSet',
      { rules: [ALLOW_OFFICE, { range: '40.126.0.0/18', effect: 'DENY' }] },
      RULES,
    );
    const input = { provider: 'ENTRA', file: entraFile(['40.126.0.0/18']) };
    expect(await office.mutate('ipRuleListImport', input, RULES)).toMatchObject({ code: 'REFUSED' });
    expect(await preview(office, { importList: input })).toMatchObject({
      obstacles: [{ reason: 'IP_RANGE_CONFLICT' }],
    });
  });
});

describe('whoever changes the rules', () => {
  test('is kept from locking themselves out', async () => {
    const { office, elsewhere } = await given();
    const refused = await elsewhere.mutate('ipRulesSet', { rules: [ALLOW_OFFICE] }, RULES);
    expect(refused).toMatchObject({ __typename: 'Refused' });
    expect(textAt(refused, 'message')).toContain(`your own address is ${ELSEWHERE}`);
    expect(await preview(elsewhere, { rules: [ALLOW_OFFICE] })).toMatchObject({
      obstacles: [{ reason: 'LOCKS_OUT_CALLER' }],
    });
    expect(await preview(office, { rules: [ALLOW_OFFICE] })).toMatchObject({ obstacles: [] });
  });

  test('sees which tokens it would refuse, and applies exactly that', async () => {
    const { acme, office } = await given();
    await usedToken(acme.accountId, 'Okta production', '192.0.2.1');
    const seen = await preview(office, { rules: [ALLOW_OFFICE] });
    expect(seen).toMatchObject({ refusedTokens: [{ tokenName: 'Okta production', address: '192.0.2.1' }] });
    const input = { rules: [ALLOW_OFFICE], previewToken: textAt(seen, 'previewToken') };
    await usedToken(acme.accountId, 'Okta test', '192.0.2.2');
    const changed = await office.mutate('ipRulesSet', input, RULES);
    expect(changed).toMatchObject({ __typename: 'PlanChanged' });
    const { previewToken } = await preview(office, { rules: [ALLOW_OFFICE] });
    expect(
      await office.mutate('ipRulesSet', { ...input, previewToken }, 'refusedTokens { tokenName address }'),
    ).toMatchObject({ refusedTokens: [{ address: '192.0.2.2' }, { address: '192.0.2.1' }] });
    const alerts = await listAuditEvents(
      api.db,
      acme.accountId,
      { alertsOnly: true },
      { newestFirst: true, limit: 1 },
    );
    expect(alerts).toMatchObject([{ kind: 'ip_rules.changed' }]);
  });
});

describe('requests from an address that the rules refuse', () => {
  test('of a token get a 403 in words, for queries, mutations and exports; each minute’s are one audit event', async () => {
    const { acme, office, elsewhere } = await given();
    await office.mutate('ipRulesSet', { rules: [ALLOW_OFFICE] }, RULES);
    for (const document of [
      ACCOUNT,
      VIEWER,
      'mutation { ipRulesSet(input: { rules: [] }) { __typename } }',
    ]) {
      const refused = await elsewhere.query(document);
      expect(refused.status).toBe(403);
      expect(refused.errors).toMatchObject([{ extensions: { code: 'ADDRESS_REFUSED' } }]);
      expect(refused.text).toContain(`This request came from ${ELSEWHERE}`);
    }
    const url = '/exports/audit-events.csv';
    const authorization = `Bearer ${acme.admin.token}`;
    const download = await api.app.inject({ url, headers: { authorization, ...from(ELSEWHERE) } });
    expect(download.statusCode).toBe(403);
    expect((await api.app.inject({ url, headers: { authorization, ...from(OFFICE) } })).statusCode).toBe(200);
    expect((await clientWith(api.app, 'rct_unknown', from(ELSEWHERE)).query(ACCOUNT)).status).toBe(401);
    await api.attempts.flush();
    const attempts = await listAuditEvents(
      api.db,
      acme.accountId,
      { kinds: ['attempt.refused'] },
      { newestFirst: true, limit: 9 },
    );
    expect(attempts).toMatchObject([
      {
        occurrences: 4,
        actor: { kind: 'service_token' },
        detail: { code: 'ADDRESS_REFUSED', from: ELSEWHERE },
      },
    ]);
    const tokens = await office.query('{ account { serviceTokens { lastUsedAddress } } }');
    expect(at(tokens.data, 'account.serviceTokens.0.lastUsedAddress')).toBe(OFFICE);
  });

  test('hold from the next request on, and are over with the rule', async () => {
    const { office, elsewhere } = await given();
    await Promise.all(Array.from({ length: 8 }, () => elsewhere.query(ACCOUNT)));
    for (let round = 0; round < 3; round += 1) {
      await office.mutate('ipRulesSet', { rules: [ALLOW_OFFICE] }, RULES);
      const refused = await Promise.all(Array.from({ length: 8 }, () => elsewhere.query(ACCOUNT)));
      expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([403]));
      await office.mutate('ipRulesSet', { rules: [] }, RULES);
      const served = await Promise.all(Array.from({ length: 8 }, () => elsewhere.query(ACCOUNT)));
      expect(new Set(served.map(({ status }) => status))).toEqual(new Set([200]));
    }
  });

  test('neither sign in nor use a session that began elsewhere, and can still end it', async () => {
    const acme = await addSignInAccount(api, 'sessions');
    const office = clientWith(api.app, acme.admin.token, from(OFFICE));
    const moving = from(OFFICE);
    const ana = openBrowser(api.app, moving);
    await ana.signIn(acme.slug);
    await office.mutate('ipRulesSet', { rules: [ALLOW_OFFICE] }, RULES);
    expect((await ana.query(VIEWER)).status).toBe(200);
    moving['x-forwarded-for'] = ELSEWHERE;
    expect(await ana.query(VIEWER)).toMatchObject({
      status: 403,
      body: { errors: [{ extensions: { code: 'ADDRESS_REFUSED' } }] },
    });
    const stranger = openBrowser(api.app, from(ELSEWHERE));
    const refused = await stranger.signIn(acme.slug);
    expect(refused.statusCode).toBe(403);
    expect(refused.body).toContain('IP rules of the account do not allow');
    expect(stranger.cookies.has('__Host-rollcall_session')).toBe(false);
    const [event] = await listAuditEvents(
      api.db,
      acme.accountId,
      { kinds: ['sign_in.refused'] },
      { newestFirst: true, limit: 1 },
    );
    expect(event?.detail).toMatchObject({ reason: 'address_refused', from: ELSEWHERE });
    expect((await ana.post('/sign-out')).statusCode).toBe(303);
    moving['x-forwarded-for'] = OFFICE;
    expect((await ana.query(VIEWER)).status).toBe(401);
  });
});

test('a lock-out is repaired in a session by a sign-in link, which passes the rules', async () => {
  const acme = await addSignInAccount(api, 'locked-out');
  const office = clientWith(api.app, acme.admin.token, from(OFFICE));
  await office.mutate('ipRulesSet', { rules: [ALLOW_OFFICE] }, RULES);
  const olga = openBrowser(api.app, from(ELSEWHERE));
  const link = await acme.link({ localAdministrator: { name: 'Night shift' } });
  expect((await olga.get(link)).statusCode).toBe(200);
  expect((await olga.post(link)).statusCode).toBe(303);
  const before = await olga.query('{ account { ipRules { ownAddress { allowed } } } }');
  expect(at(before.body, 'data.account.ipRules.ownAddress.allowed')).toBe(false);
  const set = 'mutation ($input: IpRulesSetInput!) { ipRulesSet(input: $input) { __typename } }';
  // Any rules, even some that refuse its own address.
  const elsewhere = { input: { rules: [{ range: '192.0.2.0/24', effect: 'ALLOW' }] } };
  expect((await olga.query(set, elsewhere)).body).toMatchObject({
    data: { ipRulesSet: { __typename: 'IpRulesSetPayload' } },
  });
  expect((await office.query(ACCOUNT)).status).toBe(403);
  await olga.query(set, { input: { rules: [ALLOW_OFFICE] } });
  expect((await office.query(ACCOUNT)).status).toBe(200);
});

test('whoever claims another address without a proxy is where they are', async () => {
  await using direct = await startTestAdminApi();
  const { admin } = await direct.addAccount('acme');
  await admin.mutate('ipRulesSet', { rules: [{ range: '127.0.0.0/8', effect: 'ALLOW' }] }, RULES);
  const forged = { ...from('192.0.2.1'), forwarded: 'for=192.0.2.1', 'x-real-ip': '192.0.2.1' };
  const client = clientWith(direct.app, admin.token, forged);
  expect(
    at(
      (await client.query('{ account { ipRules { ownAddress { address } } } }')).data,
      'account.ipRules.ownAddress.address',
    ),
  ).toBe('127.0.0.1');
});

/** What Microsoft publishes, cut down to the part that is used. */
function entraFile(ranges: readonly string[]): string {
  return JSON.stringify({
    changeNumber: 326,
    values: [{ name: 'AzureActiveDirectory', properties: { addressPrefixes: ranges } }],
  });
}

async function preview(client: ApiClient, input: Record<string, unknown>) {
  const { data, errors } = await client.query(
    `query ($input: IpRulesPreviewInput!) { ipRulesPreview(input: $input) { __typename
      ... on IpRulesPreview { added { range } removed { range } obstacles { reason message }
        refusedTokens { tokenName tokenHint address lastUsedAt } previewToken }
      ... on InvalidInput { fields { path } } } }`,
    { input },
  );
  expect(errors).toEqual([]);
  const found = at(data, 'ipRulesPreview');
  if (isJsonObject(found)) return found;
  throw new Error('There is no preview.');
}

/** A SCIM token that was used from an address, as the gateway takes note of it. */
async function usedToken(accountId: string, name: string, address: string): Promise<void> {
  const { value } = await inTransaction(api.db, (trx) =>
    createScimToken(trx, OPERATOR, accountId, { name }, new Date()),
  );
  const cache = openTokenCache(api.db, { onError: vi.fn<(error: unknown) => void>() });
  await cache.authenticate(accountId, value, address);
  await cache[Symbol.asyncDispose]();
}
