import { setTimeout as pause } from 'node:timers/promises';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { changeIpRules } from '@rollcall/domain/ip-rules/change-ip-rules';
import { listProvisioningEvents } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import { listScimTokens } from '@rollcall/domain/scim-access/scim-tokens';
import { isJsonArray, isJsonObject, type JsonValue } from '@rollcall/scim-protocol/json';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { OPERATOR, type ScimClient, startTestGateway, userBody } from './harness.ts';

const PROXY = '127.0.0.1';
const OFFICE = '203.0.113.9';
const ELSEWHERE = '198.51.100.7';
/** In front of it stands one proxy, as requests without a socket come from the loopback. */
const gateway = await startTestGateway(DEFAULT_LIMITS, [PROXY, '10.0.0.0/8']);
afterAll(() => gateway[Symbol.asyncDispose]());
const direct = await startTestGateway();
afterAll(() => direct[Symbol.asyncDispose]());

let accounts = 0;
function given(at = gateway): Promise<ScimClient> {
  accounts += 1;
  return at.addAccount(`acme-${accounts}`);
}

function allow({ accountId }: ScimClient, ranges: readonly string[], db = gateway.db) {
  const rules = ranges.map((range) => ({ range, effect: 'allow' as const }));
  return inTransaction(db, (trx) =>
    changeIpRules(
      trx,
      operatorCaller(OPERATOR),
      accountId,
      { change: { kind: 'set', rules }, from: null },
      new Date(),
    ),
  );
}

/** The header as the proxy sends it on: it appends the peer that it saw to whatever the client wrote. */
function from(...forwarded: readonly string[]) {
  return { 'x-forwarded-for': forwarded.join(', ') };
}

/** By the announcement, or else when what is remembered ends. */
function soon(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 10_000, interval: 10 });
}

describe('IP rules', () => {
  test('refuse every request from elsewhere, discovery included, in words that name the address', async () => {
    const acme = await given();
    await allow(acme, ['203.0.113.0/24']);
    for (const path of ['/Users', '/ServiceProviderConfig', '/Schemas', '/nothing']) {
      const refused = await acme.get(path, from(ELSEWHERE));
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '403',
      });
      expect(refused.detail).toContain(`This request came from ${ELSEWHERE}, an address that the IP rules`);
      expect(refused.detail).toContain('The token is valid.');
    }
    expect((await acme.get('/Users', from(OFFICE))).status).toBe(200);
    expect((await acme.get('/Users', from(`::ffff:${OFFICE}`))).status).toBe(200);
    expect((await acme.post('/Users', userBody('ana@acme.io'), from(ELSEWHERE))).status).toBe(403);
    expect((await acme.get('/Users', from(OFFICE))).total).toBe(0);
  });

  test('say nothing to whoever has no valid token, and nothing of one account to another', async () => {
    const [acme, other] = [await given(), await given()];
    await allow(acme, ['203.0.113.0/24']);
    const stranger = { method: 'GET', path: '/Users', headers: from(ELSEWHERE), anonymous: true } as const;
    expect((await acme.send(stranger)).status).toBe(401);
    expect((await other.get('/Users', from(ELSEWHERE))).status).toBe(200);
  });

  test('leave a refused request in the provisioning log, and not as a use of the token', async () => {
    const acme = await given();
    await allow(acme, ['203.0.113.0/24']);
    await acme.get('/Users', from(ELSEWHERE));
    await soon(async () => {
      const page = { newestFirst: true, limit: 10 };
      const [event] = await listProvisioningEvents(gateway.db, acme.accountId, {}, page);
      expect(event).toMatchObject({ status: 403, address: ELSEWHERE });
      expect(event?.errorDetail).toContain('IP rules');
    });
    expect(await listScimTokens(gateway.db, acme.accountId)).toMatchObject([{ lastUsedAddress: null }]);
    await acme.get('/Users', from(OFFICE));
    await soon(async () =>
      expect(await listScimTokens(gateway.db, acme.accountId)).toMatchObject([{ lastUsedAddress: OFFICE }]),
    );
  });

  test('that change while requests run are in force within a second, and no request fails otherwise', async () => {
    const acme = await given();
    const seen: { began: number; ended: number; status: number }[] = [];
    const running = new AbortController();
    const clients = Array.from({ length: 4 }, async (_, n) => {
      for (let i = 0; !running.signal.aborted; i += 1) {
        const began = performance.now();
        const { status } = await (i % 5 === 0
          ? acme.post('/Users', userBody(`p${n}-${i}@acme.io`), from(ELSEWHERE))
          : acme.get('/Users?count=1', from(ELSEWHERE)));
        seen.push({ began, ended: performance.now(), status });
        // Refused requests wait for nothing: without a pause they would keep everything else waiting.
        await pause(1);
      }
    });
    const turns: { changed: number; inForce: number; until: number; refuses: boolean }[] = [];
    try {
      for (const refuses of [true, false, true]) {
        await allow(acme, refuses ? ['203.0.113.0/24'] : []);
        const changed = performance.now();
        const isInForce = ({ began, status }: (typeof seen)[number]) =>
          began > changed && (status === 403) === refuses;
        await soon(async () => expect(seen.some(isInForce)).toBe(true));
        const [first] = seen.filter(isInForce).toSorted((a, b) => a.ended - b.ended);
        const inForce = first?.ended ?? Number.POSITIVE_INFINITY;
        await soon(async () =>
          expect(seen.filter(({ began }) => began > inForce).length).toBeGreaterThan(10),
        );
        turns.push({ changed, inForce, until: performance.now(), refuses });
      }
    } finally {
      running.abort();
      await Promise.all(clients);
    }
    expect(seen.filter(({ status }) => ![200, 201, 403].includes(status))).toEqual([]);
    for (const { changed, inForce, until, refuses } of turns) {
      const within = seen.filter(({ began, ended }) => began > inForce && ended < until);
      expect(new Set(within.map(({ status }) => status === 403))).toEqual(new Set([refuses]));
      // However late the announcement came.
      const late = seen.filter(({ began, ended }) => began > changed + 1000 && ended < until);
      expect(late.filter(({ status }) => (status === 403) !== refuses)).toEqual([]);
    }
  });

  test('that come while a bulk request runs end it', async () => {
    const acme = await given();
    const operations = Array.from({ length: 400 }, (_, n) => ({
      method: 'POST',
      path: '/Groups',
      bulkId: `g${n}`,
      data: { displayName: `Group ${n}` },
    }));
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const body = { schemas, Operations: operations };
    const answer = acme.post('/Bulk', body, from(ELSEWHERE));
    await soon(async () => expect((await acme.get('/Groups', from(ELSEWHERE))).total).toBeGreaterThan(0));
    await allow(acme, ['203.0.113.0/24']);
    const { body: report } = await answer;
    expect(report['Operations']).toSatisfy((results: JsonValue) => {
      const statuses = isJsonArray(results)
        ? results.map((result) => (isJsonObject(result) ? result['status'] : null))
        : [];
      return statuses.at(0) === '201' && statuses.at(-1) === '403';
    });
    expect((await acme.get('/Groups', from(OFFICE))).total).toBeLessThan(400);
  });
});

describe('the address of a request', () => {
  test.each<[string, readonly string[], number]>([
    ['is what the proxy appended', [OFFICE], 200],
    ['is not what the client wrote before it', [OFFICE, ELSEWHERE], 403],
    ['is found behind further proxies', [ELSEWHERE, OFFICE, '10.1.2.3'], 200],
    ['is not an address that only claims to be a proxy', [OFFICE, ELSEWHERE, '10.1.2.3'], 403],
  ])('%s', async (_, forwarded, status) => {
    const acme = await given();
    await allow(acme, ['203.0.113.0/24']);
    expect((await acme.get('/Users', from(...forwarded))).status).toBe(status);
  });

  test.each(['unknown', `<b>${OFFICE}</b>`, `${OFFICE}:4711`, 'x'.repeat(100_000)])(
    'is the proxy’s own where it passes on what is no address: %.20s',
    async (text) => {
      const acme = await given();
      await allow(acme, ['203.0.113.0/24']);
      const refused = await acme.get('/Users', from(OFFICE, text));
      expect(refused.status).toBe(403);
      expect(refused.detail).toContain(`This request came from ${PROXY}, an address`);
      await acme.send({ method: 'GET', path: '/Users', headers: from(text), anonymous: true });
      await gateway.log.flush();
      const [event] = await listProvisioningEvents(
        gateway.db,
        acme.accountId,
        {},
        { newestFirst: true, limit: 1 },
      );
      expect(event?.address).toBe(PROXY);
      expect(gateway.errorsLogged()).toEqual([]);
    },
  );

  test('is the peer’s own where no proxy is trusted, whatever headers say', async () => {
    const acme = await given(direct);
    await allow(acme, ['203.0.113.0/24'], direct.db);
    const forged = {
      ...from(OFFICE),
      forwarded: `for=${OFFICE}`,
      'x-real-ip': OFFICE,
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
    };
    const refused = await acme.get('/Users', forged);
    expect(refused.status).toBe(403);
    expect(refused.detail).toContain('127.0.0.1');
    await allow(acme, ['127.0.0.1'], direct.db);
    await soon(async () => expect((await acme.get('/Users', forged)).status).toBe(200));
  });

  test('comes with no other part of what a proxy forwards', async () => {
    const acme = await given();
    const created = await acme.post('/Users', userBody('ana@acme.io'), {
      ...from(OFFICE),
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
    });
    expect(created.headers['location']).toMatch(/^https:\/\/scim\.example\.com\//u);
  });
});
