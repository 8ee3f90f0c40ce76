import { type Groups, groupId, outsider } from '../dataset/groups.ts';
import { type People, userBody, userId, userName } from '../dataset/people.ts';
import { type FirstSyncWork, isFirstSync, plannedSyncRequest } from './first-sync.ts';
import type { PlannedRequest, RightAnswer } from './planned-request.ts';

const PATCH_SCHEMAS = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
const NO_CONTENT = { status: 204 };
const SOLD_OUT = { status: 400, contains: 'There is no free developer license' };

/** Work as data: what crosses to the load generator. `base` is where the account's requests go. */
export type Workload =
  | { readonly kind: 'readUser'; readonly base: string; readonly people: People }
  | { readonly kind: 'findUser'; readonly base: string; readonly people: People }
  | { readonly kind: 'search'; readonly base: string; readonly people: People; readonly by: SearchBy }
  | { readonly kind: 'readPage'; readonly path: string; readonly users: number }
  | { readonly kind: 'queryPeople'; readonly body: string; readonly users: number }
  | { readonly kind: 'createInBulk'; readonly base: string; readonly operations: number }
  | {
      readonly kind: 'createUser';
      readonly base: string;
      readonly path: 'Users' | 'users';
      readonly maySellOut?: boolean;
    }
  | { readonly kind: 'setActive'; readonly base: string; readonly people: People }
  | { readonly kind: 'addMembers'; readonly base: string; readonly groups: Groups; readonly members: number }
  | {
      readonly kind: 'removeMembers';
      readonly base: string;
      readonly groups: Groups;
      readonly members: number;
    }
  | { readonly kind: 'readConfiguration'; readonly base: string }
  | FirstSyncWork
  | { readonly kind: 'floorRead'; readonly base: string; readonly people: People }
  | { readonly kind: 'floorPage'; readonly base: string; readonly after: string; readonly users: number }
  | { readonly kind: 'floorBulk'; readonly base: string; readonly operations: number }
  | { readonly kind: 'floorChange'; readonly base: string; readonly people: People }
  | {
      readonly kind: 'floorMembers';
      readonly base: string;
      readonly groups: Groups;
      readonly members: number;
    };

/** By what a search finds people. */
export type SearchBy = 'userName sw' | 'userName co' | 'externalId eq' | 'emails eq';

/** Whether the same request may be sent again: those that create or add something may not. */
export function isRepeatable({ kind }: Workload): boolean {
  return REPEATABLE.has(kind);
}

const REPEATABLE: ReadonlySet<Workload['kind']> = new Set<Workload['kind']>([
  'readUser',
  'findUser',
  'search',
  'readPage',
  'queryPeople',
  'readConfiguration',
  'floorRead',
  'floorPage',
]);

export function contentTypeOf({ kind }: Workload): string {
  return kind === 'queryPeople' ? 'application/json' : 'application/scim+json';
}

/** The `number`th request of the work. */
export function plannedRequest(work: Workload, number: number): PlannedRequest {
  if (isFirstSync(work)) return plannedSyncRequest(work, number);
  switch (work.kind) {
    case 'readUser':
    case 'floorRead': {
      const id = userId(work.people, scattered(number, work.people.count));
      const folder = work.kind === 'readUser' ? 'Users' : 'users';
      return {
        method: 'GET',
        path: `${work.base}/${folder}/${id}`,
        answers: [{ status: 200, contains: `"id":"${id}"` }],
      };
    }
    case 'findUser': {
      const name = userName(scattered(number, work.people.count));
      const filter = encodeURIComponent(`userName eq "${name}"`);
      const answer = { status: 200, contains: `"userName":"${name}"` };
      return { method: 'GET', path: `${work.base}/Users?filter=${filter}`, answers: [answer] };
    }
    case 'search':
      return plannedSearch(work, number);
    case 'readPage':
      return { method: 'GET', path: work.path, answers: [pageOf(work.users)] };
    case 'floorPage': {
      const path = `${work.base}/users?after=${work.after}&count=${work.users}`;
      return { method: 'GET', path, answers: [pageOf(work.users)] };
    }
    case 'queryPeople': {
      const answers = [{ status: 200, contains: '"userName":', times: work.users }];
      return { method: 'POST', path: '/graphql', body: work.body, answers };
    }
    case 'createInBulk':
      return plannedBulk(work, number);
    case 'floorBulk': {
      const people = peopleOfBulk(work.operations, number).map((person) => userBody(person));
      const body = `{"people":[${people.join(',')}]}`;
      return { method: 'POST', path: `${work.base}/bulk`, body, answers: [NO_CONTENT] };
    }
    case 'createUser': {
      const body = userBody(number);
      const created = { status: 201, contains: `"userName":"${userName(number)}"` };
      const answers = work.maySellOut === true ? [created, SOLD_OUT] : [created];
      return { method: 'POST', path: `${work.base}/${work.path}`, body, answers };
    }
    case 'setActive':
      return setActive(work, number);
    case 'floorChange': {
      const id = userId(work.people, number % work.people.count);
      const answers = [{ status: 200, contains: '"changed":true' }];
      return { method: 'PATCH', path: `${work.base}/users/${id}`, body: '{"active":true}', answers };
    }
    case 'addMembers':
      return patchMembers(work, number, { op: 'add', path: 'members', value: membersOf(work, number) });
    case 'removeMembers':
      return patchMembers(work, number, { op: 'remove', path: 'members', value: membersOf(work, number) });
    case 'floorMembers': {
      const members = membersOf(work, number).map(({ value }) => value);
      const path = `${work.base}/groups/${groupOf(work, number)}/members`;
      return { method: 'POST', path, body: JSON.stringify({ members }), answers: [NO_CONTENT] };
    }
    case 'readConfiguration':
      return {
        method: 'GET',
        path: `${work.base}/ServiceProviderConfig`,
        answers: [{ status: 200, contains: '"patch"' }],
      };
  }
}

/** One person is found, as by the look-up that it is compared with: the numbers have as many digits as the largest. */
function plannedSearch({ base, people, by }: Workload & { kind: 'search' }, number: number): PlannedRequest {
  const least = 10 ** (String(people.count - 1).length - 1);
  const person = least + scattered(number, people.count - least);
  const name = userName(person);
  const filters: Record<SearchBy, string> = {
    'userName sw': `userName sw "${name.slice(0, name.indexOf('@'))}"`,
    'userName co': `userName co "${person}"`,
    'externalId eq': `externalId eq "external-${person}"`,
    'emails eq': `emails[type eq "work"].value eq "${name}"`,
  };
  const answers = [{ status: 200, contains: `"userName":"${name}"`, times: 1 }];
  return { method: 'GET', path: `${base}/Users?filter=${encodeURIComponent(filters[by])}`, answers };
}

function pageOf(users: number): RightAnswer {
  return { status: 200, contains: '"resourceType":"User"', times: users };
}

function plannedBulk(
  { base, operations }: Workload & { kind: 'createInBulk' },
  number: number,
): PlannedRequest {
  const creations = peopleOfBulk(operations, number).map(
    (person) => `{"method":"POST","path":"/Users","bulkId":"${person}","data":${userBody(person)}}`,
  );
  const body = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[${creations.join(',')}]}`;
  const answers = [{ status: 200, contains: '"status":"201"', times: operations }];
  return { method: 'POST', path: `${base}/Bulk`, body, answers };
}

/** Far from those whom single requests create. */
const FIRST_IN_BULK = 300_000_000;

function peopleOfBulk(operations: number, number: number): number[] {
  return Array.from({ length: operations }, (_, index) => FIRST_IN_BULK + number * operations + index);
}

/** Everybody is deactivated before anybody returns, so each request changes something. */
function setActive({ base, people }: Workload & { kind: 'setActive' }, number: number): PlannedRequest {
  const id = userId(people, number % people.count);
  const active = Math.floor(number / people.count) % 2 === 1;
  return {
    method: 'PATCH',
    path: `${base}/Users/${id}`,
    body: JSON.stringify({
      schemas: PATCH_SCHEMAS,
      Operations: [{ op: 'replace', path: 'active', value: active }],
    }),
    answers: [{ status: 200, contains: `"active":${active}` }],
  };
}

type MemberWork = Extract<Workload, { groups: Groups }>;

function patchMembers(work: MemberWork, number: number, operation: object): PlannedRequest {
  return {
    method: 'PATCH',
    path: `${work.base}/Groups/${groupOf(work, number)}`,
    body: JSON.stringify({ schemas: PATCH_SCHEMAS, Operations: [operation] }),
    answers: [NO_CONTENT],
  };
}

function groupOf({ groups }: MemberWork, number: number): string {
  return groupId(groups, number % groups.count);
}

/** Of each group's outsiders the next ones. */
function membersOf({ groups, members }: MemberWork, number: number): { value: string }[] {
  const index = number % groups.count;
  const first = Math.floor(number / groups.count) * members;
  return Array.from({ length: members }, (_, offset) => ({ value: outsider(groups, index, first + offset) }));
}

/** Numbers in an order without a pattern that a cache could like, the same in each run (Knuth's multiplicative hash). */
function scattered(number: number, count: number): number {
  return (Math.imul(number, 2_654_435_761) >>> 0) % count;
}
