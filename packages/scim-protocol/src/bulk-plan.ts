import { stepsInOrder } from './bulk-order.ts';
import { referencesIn } from './bulk-references.ts';
import { type BulkOperation, isRefused, type RefusedOperation } from './bulk-request.ts';
import { invalidValue, type ScimError } from './errors.ts';

/** What is done together: one operation, or a circle of creations that name each other. Indexes are those of the request. */
export type BulkStep =
  | { readonly kind: 'refused'; readonly index: number; readonly operation: RefusedOperation }
  | { readonly kind: 'single'; readonly index: number; readonly operation: BulkOperation }
  | { readonly kind: 'circle'; readonly members: readonly CircleMember[] };

export interface CircleMember {
  readonly index: number;
  readonly operation: BulkOperation;
}

type Sent = BulkOperation | RefusedOperation;

/**
 * Puts operations into an order in which each comes after those that make what it names by `bulkId` (RFC 7644 3.7.2), wherever in the
 * request they are. Refuses those whose bulkId is not theirs alone, and those that name one that no POST of the request has.
 */
export function planBulk(sent: readonly Sent[]): readonly BulkStep[] {
  const makers = makersIn(sent);
  const operations = withoutTwins(sent).map((operation) => refuseUnknown(operation, makers));
  const needs = operations.map((operation) => makersNamedBy(operation, makers));
  return stepsInOrder(needs).map((indexes): BulkStep => {
    const members = indexes.flatMap((index) => memberAt(index, operations[index]));
    const [index = 0] = indexes;
    const operation = operations[index];
    if (operation !== undefined && isRefused(operation)) return { kind: 'refused', index, operation };
    const [only] = members;
    const isAlone = members.length === 1 && needs[index]?.includes(index) === false;
    return isAlone && only !== undefined ? { kind: 'single', ...only } : { kind: 'circle', members };
  });
}

/** Where each bulkId is made, or would be if the operation could be read. */
function makersIn(operations: readonly Sent[]): ReadonlyMap<string, number> {
  return new Map(
    operations.flatMap(({ method, bulkId }, index) =>
      method?.toUpperCase() === 'POST' && bulkId !== undefined ? [[bulkId, index] as const] : [],
    ),
  );
}

// A reference to it would mean either of them, and so would its result.
function withoutTwins(operations: readonly Sent[]): readonly Sent[] {
  const seen = new Set<string>();
  const twins = new Set<string>();
  for (const { bulkId } of operations) {
    if (bulkId === undefined) continue;
    if (seen.has(bulkId)) twins.add(bulkId);
    seen.add(bulkId);
  }
  return operations.map((operation) =>
    operation.bulkId !== undefined && twins.has(operation.bulkId)
      ? refused(
          operation,
          invalidValue('Several operations of the request have this bulkId; give each its own.'),
        )
      : operation,
  );
}

function refuseUnknown(operation: Sent, makers: ReadonlyMap<string, number>): Sent {
  if (isRefused(operation)) return operation;
  const unknown = [...referencesIn(operation)].filter((bulkId) => !makers.has(bulkId));
  if (unknown.length === 0) return operation;
  const named = unknown.slice(0, 20).map((bulkId) => JSON.stringify(bulkId.slice(0, 100)));
  return refused(
    operation,
    invalidValue(`The operation refers to bulkId ${named.join(', ')}, which no POST of the request has.`),
  );
}

function refused({ method, bulkId }: Sent, refusal: ScimError): RefusedOperation {
  return { method, bulkId, refusal };
}

function makersNamedBy(operation: Sent, makers: ReadonlyMap<string, number>): readonly number[] {
  if (isRefused(operation)) return [];
  return [...referencesIn(operation)].flatMap((bulkId) => makers.get(bulkId) ?? []);
}

function memberAt(index: number, operation: Sent | undefined): readonly CircleMember[] {
  return operation === undefined || isRefused(operation) ? [] : [{ index, operation }];
}
