import { DomainError } from '@rollcall/domain/errors';
import type { User, UserInput } from '@rollcall/domain/users/user';
import { MOST_AT_ONCE, provisionUsers, type ProvisionOutcome } from '@rollcall/domain/users/provision-users';
import type { PlacedOperation } from '@rollcall/scim-protocol/bulk-plan';
import { userTag } from '../entity-tag.ts';
import { userLocation } from '../resources/user.ts';
import { newUserInput } from '../routes/users.ts';
import type { BulkRun, Done } from './bulk-run.ts';
import { creationCall, performOperation, withIds } from './perform-operation.ts';

interface ReadCreation extends PlacedOperation {
  readonly input: UserInput;
}

/**
 * Carries out neighbouring creations of users that do not refer to each other: people whom nobody knows are written together, the others
 * as in a request of their own. The outcome is that of one after the other.
 */
export async function createUsers(run: BulkRun, creations: readonly PlacedOperation[]): Promise<void> {
  let read: ReadCreation[] = [];
  for (const placed of creations) {
    if (run.errorsLeft() <= 0) return;
    try {
      const operation = withIds(placed, run);
      read.push({ ...placed, operation, input: newUserInput(creationCall(run, operation)) });
    } catch (error) {
      // Who counts errors gets those before this one first.
      if (run.errorsLeft() < Infinity) await writeAll(run, read.splice(0));
      if (run.errorsLeft() > 0) await run.fail(placed.index, placed.operation, error);
    }
    if (read.length < MOST_AT_ONCE) continue;
    await writeAll(run, read);
    read = [];
  }
  await writeAll(run, read);
}

async function writeAll(run: BulkRun, creations: readonly ReadCreation[]): Promise<void> {
  let left = creations;
  while (left.length > 0 && run.errorsLeft() > 0) {
    const outcomes = left.length === 1 ? [] : await writeTogether(run, left);
    // Nobody was settled: the first of them is one to be asked about alone.
    await settle(run, left, outcomes.length === 0 ? ['alone'] : outcomes);
    left = left.slice(Math.max(outcomes.length, 1));
  }
}

async function settle(
  run: BulkRun,
  creations: readonly ReadCreation[],
  outcomes: readonly ProvisionOutcome[],
): Promise<void> {
  for (const [index, outcome] of outcomes.entries()) {
    const read = creations[index];
    if (read === undefined || run.errorsLeft() <= 0) return;
    if (outcome === 'alone') await performOperation(run, read);
    else if (outcome instanceof DomainError) await run.fail(read.index, read.operation, outcome);
    else run.succeed(read, creationOf(outcome, run));
  }
}

function creationOf(user: User, { call }: BulkRun): Done {
  const location = userLocation(user.id, call.baseUrl);
  return { status: 201, resourceId: user.id, location, tag: userTag(user) };
}

/** What fails one of them, a value that the database does not take, fails all together: alone, each gets its own verdict. */
async function writeTogether(
  run: BulkRun,
  creations: readonly ReadCreation[],
): Promise<readonly ProvisionOutcome[]> {
  const { actor, accountId } = run.call;
  const inputs = creations.map(({ input }) => input);
  try {
    return await run.server.inBatchPlace(async () => {
      await run.requireLeave();
      return run.call.write((trx) =>
        provisionUsers(trx, actor, accountId, inputs, new Date(), run.errorsLeft()),
      );
    });
  } catch (error) {
    run.report(error);
    return creations.map(() => 'alone' as const);
  }
}
