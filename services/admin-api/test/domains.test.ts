import { type DnsServer, startDnsServer } from '@rollcall/domain/testing/dns-server';
import { newId } from '@rollcall/domain/ids';
import { insertPeople } from '@rollcall/domain/licenses/licensed-account-testing';
import { afterAll, describe, expect, test } from 'vitest';
import { at, startTestAdminApi, textAt } from './harness.ts';

const dns: DnsServer = await startDnsServer();
const api = await startTestAdminApi({ dnsServers: [dns.address] });
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await dns[Symbol.asyncDispose]();
});

const DOMAIN = 'domain { name state verifiedAt challenge { name value } lastCheck { outcome } }';

function addAccount() {
  return api.addAccount(`domains-${newId().slice(-12)}`, { verifiedDomains: [] });
}

describe('a domain', () => {
  test('is added, proved by its TXT record, and then activates whom it is told to', async () => {
    const { admin, accountId } = await addAccount();
    await insertPeople(api.db, accountId, [
      { user_name: 'ana@corp.example', state: 'invited', license_type: null, license_source: null },
    ]);
    const added = await admin.mutate('domainAdd', { domain: 'Corp.example' }, DOMAIN);
    expect(added).toMatchObject({
      domain: {
        name: 'corp.example',
        state: 'PENDING',
        verifiedAt: null,
        challenge: { name: '_rollcall-challenge.corp.example' },
        lastCheck: null,
      },
    });
    expect(await admin.mutate('domainCheck', { domain: 'corp.example' }, DOMAIN)).toMatchObject({
      domain: { state: 'PENDING', lastCheck: { outcome: 'MISSING' } },
    });
    const preview = await admin.query(
      `query { domainVerificationPreview(domain: "corp.example") { ... on DomainVerificationPreview {
        invited previewToken effects { kind text count examples { name } }
        activation { changes { edges { node { user { userName } from { type } to { type source } } } } } } } }`,
    );
    expect(at(preview.data, 'domainVerificationPreview')).toMatchObject({
      invited: 1,
      effects: [{ kind: 'NEWCOMERS_ACTIVE_AT_ONCE' }, { kind: 'INVITED_CAN_BE_ACTIVATED', count: 1 }],
      activation: {
        changes: {
          edges: [
            {
              node: {
                user: { userName: 'ana@corp.example' },
                from: null,
                to: { type: 'DEVELOPER', source: 'DEFAULT' },
              },
            },
          ],
        },
      },
    });
    const previewToken = textAt(preview.data, 'domainVerificationPreview.previewToken');
    const activate = { domain: 'corp.example', previewToken };
    expect(await admin.mutate('domainActivateInvited', activate, 'remaining')).toMatchObject({
      __typename: 'Refused',
    });
    dns.records.set('_rollcall-challenge.corp.example', [textAt(added, 'domain.challenge.value')]);
    expect(await admin.mutate('domainCheck', { domain: 'corp.example' }, DOMAIN)).toMatchObject({
      domain: { state: 'VERIFIED', lastCheck: { outcome: 'FOUND' } },
    });
    expect(
      await admin.mutate(
        'domainActivateInvited',
        activate,
        'withoutSeat remaining activated { userName state license { type } }',
      ),
    ).toEqual({
      __typename: 'DomainActivateInvitedPayload',
      withoutSeat: 0,
      remaining: 0,
      activated: [{ userName: 'ana@corp.example', state: 'ACTIVE', license: { type: 'DEVELOPER' } }],
    });
    const { data } = await admin.query('{ account { domains { name state } } }');
    expect(at(data, 'account.domains')).toEqual([{ name: 'corp.example', state: 'VERIFIED' }]);
  });

  test('is removed after a look at what that brings', async () => {
    const { admin } = await addAccount();
    await admin.mutate('domainAdd', { domain: 'gone.example' }, DOMAIN);
    const preview = await admin.query(
      '{ domainRemovalPreview(domain: "gone.example") { ... on DomainRemovalPreview { effects { kind } } } }',
    );
    expect(at(preview.data, 'domainRemovalPreview.effects')).toEqual([]);
    expect(await admin.mutate('domainRemove', { domain: 'gone.example' }, DOMAIN)).toMatchObject({
      domain: { name: 'gone.example' },
    });
    const { data } = await admin.query('{ account { domains { name } } }');
    expect(at(data, 'account.domains')).toEqual([]);
  });

  test.each(['domainCheck', 'domainRemove', 'domainActivateInvited'])(
    'that is not the account’s is not found by %s',
    async (mutation) => {
      const [own, other] = [await addAccount(), await addAccount()];
      await other.admin.mutate('domainAdd', { domain: 'theirs.example' }, DOMAIN);
      const selection = mutation === 'domainActivateInvited' ? 'remaining' : DOMAIN;
      expect(await own.admin.mutate(mutation, { domain: 'theirs.example' }, selection)).toMatchObject({
        __typename: 'NotFound',
        code: 'NOT_FOUND',
      });
    },
  );

  test.each(['domainVerificationPreview', 'domainRemovalPreview'])(
    'that is not there has no %s',
    async (query) => {
      const { admin } = await addAccount();
      const { data } = await admin.query(`{ ${query}(domain: "none.example") { __typename } }`);
      expect(at(data, `${query}.__typename`)).toBe('NotFound');
    },
  );

  test.each(['', 'localhost', 'ana@corp.example', 'a b.example'])('is not %j', async (domain) => {
    const { admin } = await addAccount();
    expect(await admin.mutate('domainAdd', { domain }, DOMAIN)).toMatchObject({
      __typename: 'InvalidInput',
      fields: [{ path: 'input.domain' }],
    });
  });
});
