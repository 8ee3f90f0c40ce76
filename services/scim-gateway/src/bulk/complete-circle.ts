import { claimUserNames } from '@rollcall/domain/users/claim-user-names';
import type { PlacedOperation } from '@rollcall/scim-protocol/bulk-plan';
import { sendWritesNow, type Trx } from '@rollcall/domain/database/transaction';
import {
  referringParts,
  resolveReferences,
  withoutReferences,
} from '@rollcall/scim-protocol/bulk-references';
import type { BulkOperation } from '@rollcall/scim-protocol/bulk-request';
import { ScimError } from '@rollcall/scim-protocol/errors';
import { isJsonObject } from '@rollcall/scim-protocol/json';
import { messageMember } from '@rollcall/scim-protocol/message';
import { PATCH_OP_URN } from '@rollcall/scim-protocol/patch-request';
import type { Answer } from '../answer.ts';
import type { Call } from '../endpoint.ts';
import { errorAnswer } from '../error-answer.ts';
import type { BulkRun } from './bulk-run.ts';
import { performAs, withIds } from './perform-operation.ts';

/**
 * Carries out creations that refer to each other in a circle (RFC 7644 3.7.1), in one transaction, all or none: each is
 * made without the others, and then given what refers to them.
 */
export async function completeCircle(run: BulkRun, circle: readonly PlacedOperation[]): Promise<void> {
  let tried: PlacedOperation | undefined;
  const begin = (placed: PlacedOperation): void => {
    // When the time is over, none of them is to blame.
    tried = undefined;
    run.requireTime();
    tried = placed;
  };
  const ids = new Map<string, string>();
  try {
    const within = new Set(circle.flatMap(({ operation }) => operation.bulkId ?? []));
    const names: string[] = [];
    const members = circle.map((placed) => {
      tried = placed;
      names.push(...userNameIn(placed.operation));
      return { ...placed, operation: withIds(placed, run, within) };
    });
    const inOneTransaction = async (trx: Trx): Promise<{ placed: PlacedOperation; answer: Answer }[]> => {
      await claimUserNames(trx, run.call.accountId, names);
      const call = callWithin(run.call, trx);
      const made = new Map<number, Creation>();
      // Those of an attempt that is repeated are nobody's.
      ids.clear();
      for (const placed of usersFirst(members)) {
        begin(placed);
        const creation = await make(run, call, placed.operation, within);
        made.set(placed.index, creation);
        if (placed.operation.bulkId !== undefined) ids.set(placed.operation.bulkId, creation.id);
      }
      const completed: { placed: PlacedOperation; answer: Answer }[] = [];
      for (const placed of members) {
        begin(placed);
        const creation = made.get(placed.index);
        if (creation === undefined) continue;
        completed.push({ placed, answer: await complete(run, call, placed.operation, creation, ids) });
      }
      tried = undefined;
      return completed;
    };
    tried = undefined;
    const answers = await run.server.inBatchPlace(async () => {
      await run.requireLeave();
      return run.call.write(inOneTransaction);
    });
    for (const { placed, answer } of answers) run.succeed(placed, answer);
  } catch (error) {
    for (const { index, operation } of circle) {
      const isCause = tried === undefined || tried.index === index;
      await run.fail(index, operation, isCause ? inBulkIds(error, ids) : brokenBy(tried?.operation.bulkId));
    }
  }
}

function userNameIn({ path, data }: BulkOperation): readonly string[] {
  const userName = path === '/Users' && isJsonObject(data) ? messageMember(data, 'userName') : null;
  return typeof userName === 'string' ? [userName] : [];
}

interface Creation {
  readonly answer: Answer;
  readonly id: string;
}

/** Whatever is written belongs to the circle's transaction, and is there for what comes next. */
function callWithin(call: Call, trx: Trx): Call {
  return {
    ...call,
    async write(work) {
      const result = await work(trx);
      await sendWritesNow(trx);
      return result;
    },
  };
}

function usersFirst(members: readonly PlacedOperation[]): readonly PlacedOperation[] {
  const users = members.filter(({ operation }) => operation.path === '/Users');
  return [...users, ...members.filter((placed) => !users.includes(placed))];
}

async function make(
  run: BulkRun,
  call: Call,
  operation: BulkOperation,
  within: ReadonlySet<string>,
): Promise<Creation> {
  const data = withoutReferences(operation.data ?? {}, within);
  const answer = await performAs(run.server, call, { ...operation, data });
  const id = answer.status === 201 ? answer.resourceId : undefined;
  if (id === undefined) throw new Error('A creation was answered without the id of what it made.');
  return { answer, id };
}

/** As an addition, which takes nothing from somebody whom the creation has linked. */
async function complete(
  run: BulkRun,
  call: Call,
  operation: BulkOperation,
  { answer, id }: Creation,
  ids: ReadonlyMap<string, string>,
): Promise<Answer> {
  const value = referringParts(operation.data ?? {}, new Set(ids.keys()));
  const addition: BulkOperation = {
    method: 'PATCH',
    path: `${operation.path}/${id}`,
    bulkId: undefined,
    version: undefined,
    data: { schemas: [PATCH_OP_URN], Operations: [{ op: 'add', value }] },
  };
  const { tag } = await performAs(
    run.server,
    call,
    resolveReferences(addition, (bulkId) => ids.get(bulkId)),
  );
  return tag === undefined ? answer : { ...answer, tag };
}

/** The refusal in the words of the client, who never heard of the ids: nothing that has them was made. */
function inBulkIds(error: unknown, ids: ReadonlyMap<string, string>): unknown {
  const { error: refusal, isOurs, alert } = errorAnswer(error, 0);
  if (isOurs || alert !== undefined) return error;
  const names = [...ids].map(([bulkId, id]) => [id, `bulkId:${bulkId}`] as const);
  const detail = names.reduce((text, [id, name]) => text.replaceAll(id, () => name), refusal.detail);
  return new ScimError(refusal.status, refusal.scimType, detail);
}

function brokenBy(bulkId: string | undefined): ScimError {
  return new ScimError(
    409,
    undefined,
    `The operation was not done: it is one of a circle, all or none of which are done, and the one with bulkId ${JSON.stringify(bulkId ?? '')} failed.`,
  );
}
