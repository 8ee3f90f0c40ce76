import { readAccountSettings } from '../accounts/account-settings.ts';
import type { Actor } from '../actor.ts';
import { lockAccountShared } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { assertReadUnder, type ReadUnder } from '../custom-schemas/read-under.ts';
import { InvalidInputError } from '../errors.ts';
import { newId } from '../ids.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { assertScimEnabled } from '../scim-access/assert-scim-enabled.ts';
import { assertKnown, assertLicensed, possibleIds } from './check-new-members.ts';
import type { Group } from './group.ts';
import { grantsAccountAdmin, lockGroupNamed } from './groups.repository.ts';
import { type Candidate, lockCandidates, selectMembersAmong } from './members.repository.ts';
import { nameReserved, nameTaken } from './name-conflicts.ts';
import type { Recorder } from './record-group-change.ts';
import { saveGroup, saveNewGroup } from './save-group.ts';

export interface GroupInput {
  displayName: string;
  externalId: string | null;
  memberIds: readonly string[];
  /** The data of the account's own extensions, each under its URN. */
  attributes?: JsonObject;
  /** Where they were read by the account's schemas: the write is refused when others are in force. */
  readUnder?: ReadUnder;
}

/**
 * SCIM `POST /Groups`. Creates the group, or links one of that name that was there before SCIM: it keeps its id and its
 * members, and the named ones join. Throws ConflictError for the name of a managed or a default group, InvalidInputError
 * for members who are unknown or may not join.
 */
export async function createGroup(
  trx: Trx,
  actor: Actor,
  accountId: string,
  input: GroupInput,
  now: Date,
): Promise<Group> {
  assertDisplayName(input.displayName);
  const named = new Set(input.memberIds);
  const id = newId();
  const [, settings, existing, candidates] = await Promise.all([
    lockAccountShared(trx, accountId),
    readAccountSettings(trx, accountId),
    lockGroupNamed(trx, accountId, input.displayName),
    lockCandidates(trx, accountId, id, possibleIds(named)),
  ]);
  assertScimEnabled(settings);
  assertReadUnder(input.readUnder, settings);
  if (existing !== undefined && existing.defaultGroup !== null) throw nameReserved(input.displayName);
  if (existing?.scimManaged) throw nameTaken(input.displayName);
  assertKnown(named, candidates);
  const judge = settings.scim.unlicensedMembers === 'reject' ? assertLicensed : acceptAll;

  const recorder = { trx, actor, now };
  if (existing !== undefined) return link(recorder, existing, input, candidates, judge);
  judge([...named], candidates);
  return create(recorder, accountId, id, input, [...named]);
}

/** Throws InvalidInputError for a name that nobody could read. */
export function assertDisplayName(displayName: string): void {
  if (displayName.trim() !== '') return;
  throw new InvalidInputError('A group needs a displayName that is not empty.', 'displayName');
}

type Judge = (joining: readonly string[], candidates: ReadonlyMap<string, Candidate>) => void;

function acceptAll(): void {}

async function link(
  recorder: Recorder,
  existing: Group,
  { displayName, externalId, attributes }: GroupInput,
  candidates: ReadonlyMap<string, Candidate>,
  judge: Judge,
): Promise<Group> {
  const { trx } = recorder;
  const [present, administers] = await Promise.all([
    selectMembersAmong(trx, existing.accountId, existing.id, candidates.keys()),
    grantsAccountAdmin(trx, existing.accountId, existing.id),
  ]);
  const members = new Set(present);
  const joining = [...candidates.keys()].filter((id) => !members.has(id));
  judge(joining, candidates);
  const linked = {
    ...existing,
    displayName,
    externalId: externalId ?? existing.externalId,
    scimManaged: true,
    attributes: addedTo(existing.attributes, attributes ?? {}),
  };
  return saveGroup(recorder, existing, linked, { joining, leaving: [], joinsAs: 'scim' }, administers);
}

/** Linking takes nothing away, of an extension neither. */
function addedTo(known: JsonObject, said: JsonObject): JsonObject {
  const merged = Object.entries(said).map(([urn, data]) => {
    const before = known[urn];
    return [urn, isJsonObject(before) && isJsonObject(data) ? { ...before, ...data } : data] as const;
  });
  return { ...known, ...Object.fromEntries(merged) };
}

async function create(
  recorder: Recorder,
  accountId: string,
  id: string,
  { displayName, externalId, attributes = {} }: GroupInput,
  joining: readonly string[],
): Promise<Group> {
  const group = { accountId, id, displayName, externalId, scimManaged: true, attributes };
  return saveNewGroup(recorder, group, { joining, joinsAs: 'scim' });
}
