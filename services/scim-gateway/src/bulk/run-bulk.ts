import { type PlacedOperation, planBulk } from '@rollcall/scim-protocol/bulk-plan';
import type { BulkRequest } from '@rollcall/scim-protocol/bulk-request';
import type { BulkResult } from '@rollcall/scim-protocol/bulk-response';
import type { Call } from '../endpoint.ts';
import { beginRun, type BulkServer } from './bulk-run.ts';
import { completeCircle } from './complete-circle.ts';
import { createUsers } from './create-users.ts';
import { performOperation } from './perform-operation.ts';

/**
 * Carries out a bulk request and tells what became of each operation, in the order of the request. Each is done, or not, by
 * itself: what is done stays done when a later one fails (RFC 7644 3.7), or the client goes away.
 */
export async function runBulk(
  server: BulkServer,
  call: Call,
  request: BulkRequest,
): Promise<readonly BulkResult[]> {
  const run = beginRun(server, call, request.failOnErrors);
  let creations: PlacedOperation[] = [];
  for (const step of planBulk(request.operations)) {
    if (step.kind === 'single' && isCreationOfUser(step)) {
      if (refersToOneOf(step, creations)) await createUsers(run, creations.splice(0));
      creations.push(step);
      continue;
    }
    await createUsers(run, creations);
    creations = [];
    if (run.errorsLeft() <= 0) break;
    if (step.kind === 'refused') await run.fail(step.index, step.operation, step.operation.refusal);
    else if (step.kind === 'circle') await completeCircle(run, step.members);
    else await performOperation(run, step);
  }
  await createUsers(run, creations);
  return run.results();
}

function isCreationOfUser({ operation }: PlacedOperation): boolean {
  return operation.method === 'POST' && operation.path === '/Users';
}

function refersToOneOf({ references }: PlacedOperation, others: readonly PlacedOperation[]): boolean {
  return references.size > 0 && others.some(({ operation }) => references.has(operation.bulkId ?? ''));
}
