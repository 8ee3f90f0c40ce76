import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUser, type ScimClient, startTestGateway, type TestGateway, userBody } from './harness.ts';

let gateway: TestGateway;
let client: ScimClient;
let people = 0;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('addresses');
});

afterAll(() => gateway[Symbol.asyncDispose]());

/** Someone whose change to another domain waits for confirmation. */
async function givenPendingChange() {
  people += 1;
  const [old, wanted] = [`ana${people}@acme.io`, `ana${people}@elsewhere.example`];
  const id = await addUser(client, old);
  const asked = await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: wanted }]);
  return {
    id,
    old,
    wanted,
    asked,
    isPending: async () => (await client.get(`/Users?filter=userName eq "${wanted}"`)).total === 1,
  };
}

describe('a change of address that waits for confirmation', () => {
  test('shows the old address, and a look-up by either finds the person', async () => {
    const change = await givenPendingChange();
    expect(change.asked).toMatchObject({ status: 200, body: { id: change.id, userName: change.old } });
    for (const address of [change.old, change.wanted]) {
      const byName = await client.get(`/Users?filter=userName eq "${address.toUpperCase()}"`);
      const byEmail = await client.get(`/Users?filter=emails[type eq "work"].value eq "${address}"`);
      expect([byName.resources[0]?.['id'], byEmail.resources[0]?.['id']]).toEqual([change.id, change.id]);
    }
    expect(await client.post('/Users', userBody(change.wanted))).toMatchObject({
      status: 409,
    });
  });

  test.each([
    ['another attribute', [{ op: 'replace', path: 'title', value: 'Lead' }]],
    ['another e-mail', [{ op: 'add', path: 'emails[type eq "home"].value', value: 'ana@home.example' }]],
    [
      'another e-mail as an entry',
      [{ op: 'add', path: 'emails', value: [{ type: 'home', value: 'a@home.example' }] }],
    ],
    ['active alone', [{ op: 'replace', value: { active: true } }]],
  ])('outlasts a PATCH of %s', async (_, operations) => {
    const change = await givenPendingChange();
    expect((await client.patch(`/Users/${change.id}`, operations)).status).toBe(200);
    expect(await change.isPending()).toBe(true);
  });

  test.each([
    ['the user name', (old: string) => [{ op: 'replace', path: 'userName', value: old }]],
    [
      'the work e-mail',
      (old: string) => [{ op: 'Replace', path: 'emails[type eq "work"].value', value: old }],
    ],
    ['both in one object', (old: string) => [{ op: 'replace', value: { userName: old } }]],
  ])('is cancelled by a PATCH that sends the old value as %s', async (_, operations) => {
    const change = await givenPendingChange();
    expect((await client.patch(`/Users/${change.id}`, operations(change.old))).status).toBe(200);
    expect(await change.isPending()).toBe(false);
  });

  test('outlasts the PUT with which Okta deactivates: it sends back what it read', async () => {
    const change = await givenPendingChange();
    const read = await client.get(`/Users/${change.id}`);
    expect((await client.put(`/Users/${change.id}`, { ...read.body, active: false })).status).toBe(200);
    expect(await change.isPending()).toBe(true);
  });
});
