import { userBody, userName } from '../dataset/people.ts';
import type { PlannedRequest } from './planned-request.ts';

const PATCH_SCHEMAS = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];

/** What Entra ID does when provisioning is turned on: it looks for everybody and creates whom it does not find. */
export type FirstSyncWork =
  | { readonly kind: 'syncUsers'; readonly base: string; readonly users: number }
  | { readonly kind: 'syncGroups'; readonly base: string; readonly groups: number }
  | {
      readonly kind: 'syncMembers';
      readonly base: string;
      readonly groupIds: readonly string[];
      readonly userIds: readonly string[];
      readonly membersOfEach: number;
      readonly membersAtOnce: number;
    };

export function isFirstSync(work: { readonly kind: string }): work is FirstSyncWork {
  return work.kind.startsWith('sync');
}

/** How many requests the whole work takes. */
export function requestsOf(work: FirstSyncWork): number {
  switch (work.kind) {
    case 'syncUsers':
      return 2 * work.users;
    case 'syncGroups':
      return 2 * work.groups;
    case 'syncMembers':
      return work.groupIds.length * Math.ceil(work.membersOfEach / work.membersAtOnce);
  }
}

export function plannedSyncRequest(work: FirstSyncWork, number: number): PlannedRequest {
  switch (work.kind) {
    case 'syncUsers':
      return lookUpOrCreate(number, work.users, {
        lookUp: (user) =>
          `${work.base}/Users?filter=${encodeURIComponent(`userName eq "${userName(user)}"`)}`,
        path: `${work.base}/Users`,
        body: (user) => userBody(user),
      });
    case 'syncGroups':
      return lookUpOrCreate(number, work.groups, {
        lookUp: (group) =>
          `${work.base}/Groups?excludedAttributes=members&filter=${encodeURIComponent(`displayName eq "${groupName(group)}"`)}`,
        path: `${work.base}/Groups`,
        body: (group) =>
          JSON.stringify({
            schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
            externalId: `group-${group}`,
            displayName: groupName(group),
          }),
      });
    case 'syncMembers':
      return addMembers(work, number);
  }
}

interface Resources {
  readonly lookUp: (index: number) => string;
  readonly path: string;
  readonly body: (index: number) => string;
}

/** Many more than there are connections: when somebody is created, they have nearly always been looked for. */
const BLOCK = 100;
/** The first requests of a process are slow enough to be overtaken by the creation. */
const NOBODY_OR_JUST_CREATED = ['"totalResults":0', '"totalResults":1'];

/** Of each block first all look-ups, then all creations. */
function lookUpOrCreate(number: number, count: number, resources: Resources): PlannedRequest {
  const block = Math.floor(number / (2 * BLOCK));
  const inBlock = Math.min(BLOCK, count - block * BLOCK);
  const place = number % (2 * BLOCK);
  const index = block * BLOCK + (place % inBlock);
  return place < inBlock
    ? {
        method: 'GET',
        path: resources.lookUp(index),
        answers: NOBODY_OR_JUST_CREATED.map((contains) => ({ status: 200, contains })),
      }
    : { method: 'POST', path: resources.path, body: resources.body(index), answers: [{ status: 201 }] };
}

function groupName(group: number): string {
  return `Synchronized group ${group}`;
}

/** Every group has a stretch of the people as members. */
function addMembers(work: FirstSyncWork & { kind: 'syncMembers' }, number: number): PlannedRequest {
  const { groupIds, userIds, membersOfEach, membersAtOnce } = work;
  const group = number % groupIds.length;
  const first = Math.floor(number / groupIds.length) * membersAtOnce;
  const members = Array.from({ length: Math.min(membersAtOnce, membersOfEach - first) }, (_, offset) => ({
    value: userIds[(group * membersOfEach + first + offset) % userIds.length],
  }));
  return {
    method: 'PATCH',
    path: `${work.base}/Groups/${groupIds[group]}`,
    body: JSON.stringify({
      schemas: PATCH_SCHEMAS,
      Operations: [{ op: 'Add', path: 'members', value: members }],
    }),
    answers: [{ status: 204 }],
  };
}
