import { isJsonArray, isJsonObject, type JsonObject } from '@rollcall/scim-protocol/json';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupBody, type ScimClient, startTestGateway, userBody } from './harness.ts';

const USERS = ['ana', 'ben', 'cem'] as const;
const GROUPS = ['Ops', 'Sales'] as const;
const user = fc.constantFrom(...USERS);
const group = fc.constantFrom(...GROUPS);
const word = fc.constantFrom('one', 'two', 'three');

/** What identity providers do to people and groups, among it much that changes nothing. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('title' as const), user, word }),
  fc.record({ kind: fc.constant('join' as const), user, group }),
  fc.record({ kind: fc.constant('leave' as const), user, group }),
  fc.record({ kind: fc.constant('members' as const), group, users: fc.subarray([...USERS]) }),
  fc.record({ kind: fc.constant('rename' as const), group, word }),
  fc.record({ kind: fc.constant('toggle user' as const), user }),
  fc.record({ kind: fc.constant('toggle group' as const), group }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The paths of the people and groups that are there, by name. */
type Directory = Map<string, string>;

test('after whatever history, a 304 is only given for what reads as it did, and always for what was just read', async () => {
  await using gateway = await startTestGateway();
  let accounts = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
      accounts += 1;
      const client = await gateway.addAccount(`history-${accounts}`);
      const directory: Directory = new Map();
      for (const name of USERS) await toggle(client, directory, name, `/Users`);
      for (const name of GROUPS) await toggle(client, directory, name, `/Groups`);
      const known = new Map<string, { tag: string; body: JsonObject }>();
      for (const each of steps) {
        await perform(client, directory, each);
        for (const path of directory.values()) await readAgain(client, known, path);
      }
    }),
    { numRuns: 8, seed: 23 },
  );
  expect(gateway.errorsLogged()).toEqual([]);
});

async function readAgain(
  client: ScimClient,
  known: Map<string, { tag: string; body: JsonObject }>,
  path: string,
): Promise<void> {
  const now = await client.get(path);
  const tag = String(now.headers['etag']);
  const before = known.get(path) ?? { tag, body: now.body };
  const { status } = await client.get(path, { 'if-none-match': before.tag });
  expect({ path, ...outcome(status, before.body) }).toEqual({ path, ...outcome(status, now.body) });
  expect((await client.get(path, { 'if-none-match': tag })).status).toBe(304);
  known.set(path, { tag, body: now.body });
}

// A 304 says that both read the same; about a 200 there is nothing to compare.
function outcome(status: number, body: JsonObject): { status: number; body?: JsonObject } {
  return status === 304 ? { status, body: withoutBorrowedNames(body) } : { status };
}

/** `members[].display` is the member's, not the group's: a weak tag need not tell of it. */
function withoutBorrowedNames(body: JsonObject): JsonObject {
  const { members } = body;
  if (!isJsonArray(members)) return body;
  return {
    ...body,
    members: members.filter(isJsonObject).map(({ display: _borrowed, ...member }) => member),
  };
}

async function perform(client: ScimClient, directory: Directory, change: Step): Promise<void> {
  if (change.kind === 'toggle user') return toggle(client, directory, change.user, '/Users');
  if (change.kind === 'toggle group') return toggle(client, directory, change.group, '/Groups');
  const path = directory.get(change.kind === 'title' ? change.user : change.group);
  if (path === undefined) return;
  const { status } = await client.patch(path, [operationOf(directory, change)]);
  expect([200, 204, 400]).toContain(status);
}

function operationOf(
  directory: Directory,
  change: Exclude<Step, { kind: 'toggle user' | 'toggle group' }>,
): JsonObject {
  const idOf = (name: string): string =>
    directory.get(name)?.split('/').at(-1) ?? '018f2d00-0000-7000-8000-0000000000ff';
  switch (change.kind) {
    case 'title':
      return { op: 'replace', path: 'displayName', value: change.word };
    case 'join':
      return { op: 'add', path: 'members', value: [{ value: idOf(change.user) }] };
    case 'leave':
      return { op: 'remove', path: `members[value eq "${idOf(change.user)}"]` };
    case 'members':
      return { op: 'replace', path: 'members', value: change.users.map((name) => ({ value: idOf(name) })) };
    case 'rename':
      return { op: 'replace', path: 'displayName', value: `${change.group} ${change.word}` };
  }
}

/** Deletes what is there, and makes what is not: a person of that name is then revived. */
async function toggle(
  client: ScimClient,
  directory: Directory,
  name: string,
  path: '/Users' | '/Groups',
): Promise<void> {
  const existing = directory.get(name);
  if (existing !== undefined) {
    const { status } = await client.delete(existing);
    if (status !== 204) throw new Error(`DELETE ${existing} answered ${status}.`);
    directory.delete(name);
    return;
  }
  const members = [...directory].flatMap(([other, at]) =>
    other === 'ana' ? [at.split('/').at(-1) ?? ''] : [],
  );
  const body = path === '/Users' ? userBody(`${name}@acme.io`) : groupBody(name, members);
  const { status, id } = await client.post(path, body);
  expect(status).toBe(201);
  directory.set(name, `${path}/${id}`);
}
