import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import type { Group, GroupMember } from '@rollcall/domain/groups/group';
import { memberPages } from '@rollcall/domain/groups/find-members';
import {
  selectAttributes,
  type Selection,
  selectionNeeds,
} from '@rollcall/scim-protocol/attribute-selection';
import { isJsonArray, type JsonObject, type JsonValue } from '@rollcall/scim-protocol/json';
import { listResponse, type PagePlace } from '@rollcall/scim-protocol/list-response';
import type { Call } from '../endpoint.ts';
import { groupResource, groupTypeOf, memberEntry } from '../resources/group.ts';

/** Members read at a time: of one group few, for an early first byte; of a page of groups enough for most of them at once. */
const MEMBERS_OF_ONE = 500;
const MEMBERS_OF_MANY = 20_000;

/** Text that is sent in one piece; a shorter answer is made whole and has a length. */
const PIECE_LENGTH = 64 * 1024;

/** One group as JSON. Members are streamed: a group of 100,000 costs no more memory than one of 1,000. */
export async function groupJson(call: Call, group: Group, selection: Selection): Promise<string | Readable> {
  const head = shown(call, group, selection);
  if (!selectionNeeds(selection, 'members')) return JSON.stringify(head);
  return wholeOrStream(withMembers(call, [{ id: group.id, head: JSON.stringify(head) }], selection));
}

/** One of a list: a group, or another resource as it is shown. */
export type ListEntry = { readonly group: Group } | { readonly resource: JsonObject };

interface ListPage {
  readonly entries: readonly ListEntry[];
  readonly total: number;
  readonly place: PagePlace;
}

/** A page that may have groups as JSON, their members read together and streamed in the same way. */
export async function groupListJson(
  call: Call,
  { entries, total, place }: ListPage,
  selection: Selection,
): Promise<string | Readable> {
  const resources = entries.map((entry) =>
    'group' in entry ? shown(call, entry.group, selection) : entry.resource,
  );
  const response = listResponse({ resources, totalResults: total, place });
  const { Resources: _, ...frame } = response;
  const { groups, rest } = openGroups(entries, resources);
  if (groups.length === 0 || !selectionNeeds(selection, 'members')) return JSON.stringify(response);
  return wholeOrStream(listed(frame, withMembers(call, groups, selection), rest));
}

/** A group that is written up to its members. */
interface OpenGroup {
  readonly id: string;
  /** The resources of other types before it, and the group itself without members. */
  readonly head: string;
}

/** The groups of a list, each behind what stands between it and the one before, and what follows on the last. */
function openGroups(
  entries: readonly ListEntry[],
  resources: readonly JsonObject[],
): { groups: readonly OpenGroup[]; rest: string } {
  const groups: OpenGroup[] = [];
  let between = '';
  for (const [index, entry] of entries.entries()) {
    const text = JSON.stringify(resources[index]);
    if ('group' in entry) {
      groups.push({ id: entry.group.id, head: between + text });
      between = '';
    } else {
      between += `${text},`;
    }
  }
  return { groups, rest: between === '' ? '' : `,${between.slice(0, -1)}` };
}

function shown(call: Call, group: Group, selection: Selection): JsonObject {
  const type = groupTypeOf(call.settings);
  return selectAttributes(groupResource(group, type, call.baseUrl), selection, type);
}

async function* listed(frame: object, groups: AsyncIterable<string>, rest: string): AsyncGenerator<string> {
  let opening = `${JSON.stringify(frame).slice(0, -1)},"Resources":[`;
  for await (const text of groups) {
    yield opening + text;
    opening = '';
  }
  yield `${opening}${rest}]}`;
}

/** The groups' JSON, comma-separated, in pieces. Members come group after group, in the order of the groups. */
async function* withMembers(
  call: Call,
  groups: readonly OpenGroup[],
  selection: Selection,
): AsyncGenerator<string> {
  const ids = groups.map((group) => group.id);
  const entryOf = entrySelector(call, selection);
  let text = '';
  let current = -1;
  const openNext = (): void => {
    current += 1;
    const head = groups[current]?.head ?? '';
    text += `${current === 0 ? '' : ']},'}${head.slice(0, -1)},"members":[`;
  };
  openNext();
  let separator = '';
  const atOnce = ids.length === 1 ? MEMBERS_OF_ONE : MEMBERS_OF_MANY;
  for await (const members of memberPages(call.db, call.accountId, ids, atOnce)) {
    for (const member of members) {
      while (ids[current] !== member.groupId && current + 1 < ids.length) {
        openNext();
        separator = '';
      }
      text += separator + JSON.stringify(entryOf(member));
      separator = ',';
    }
    if (text.length < PIECE_LENGTH) continue;
    yield text;
    text = '';
  }
  while (current + 1 < ids.length) openNext();
  yield `${text}]}`;
}

function entrySelector(call: Call, selection: Selection): (member: GroupMember) => JsonValue {
  if (selection.mode === 'default') return (member) => memberEntry(member, call.baseUrl);
  const type = groupTypeOf(call.settings);
  return (member) => {
    const group = { members: [memberEntry(member, call.baseUrl)] };
    const members = selectAttributes(group, selection, type)['members'];
    return isJsonArray(members) ? (members[0] ?? {}) : {};
  };
}

/** Text that is complete with its first piece or two is answered whole; more is streamed as the client reads it. */
async function wholeOrStream(pieces: AsyncGenerator<string>): Promise<string | Readable> {
  const first = await pieces.next();
  if (first.done === true) return '';
  const second = await pieces.next();
  if (second.done === true) return first.value;
  return Readable.from(inSameScope(resumed([first.value, second.value], pieces)), { objectMode: false });
}

async function* resumed(pieces: readonly string[], rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield* pieces;
  yield* rest;
}

/** The stream is read after its handler returned; its statements still belong to the handler's account. */
function inSameScope(pieces: AsyncGenerator<string>): AsyncIterable<string> {
  const inScope = AsyncLocalStorage.snapshot();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => inScope(() => pieces.next()),
      return: () => inScope(() => pieces.return(undefined)),
    }),
  };
}
