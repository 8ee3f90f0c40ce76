import { stepsInOrder } from './bulk-order.ts';
import { referencesIn } from './bulk-references.ts';
import { type BulkOperation, isRefused, type RefusedOperation } from './bulk-request.ts';
import { invalidValue, type ScimError } from './errors.ts';

/** What is done together: one operation, or a circle of creations that name each other. Indexes are those of the request. */
export type BulkStep =
  | { readonly kind: 'refused'; readonly index: number; readonly operation: RefusedOperation }
  | ({ readonly kind: 'single' } & PlacedOperation)
  | { readonly kind: 'circle'; readonly members: readonly PlacedOperation[] };

/** An operation, its place in the request, and the bulkIds that it names. */
export interface PlacedOperation {
  readonly index: number;
  readonly operation: BulkOperation;
  readonly references: ReadonlySet<string>;
}

type Sent = BulkOperation | RefusedOperation;

/**
 * Puts operations into an order in which each comes after those that make what it names by `bulkId` (RFC 7644 3.7.2), wherever in the
 * request they are. Refuses those whose bulkId is not theirs alone, and those that name one that no POST of the request has.
 */
export function planBulk(sent: readonly Sent[]): readonly BulkStep[] {
  const makers = makersIn(sent);
  const named = sent.map((operation) => (isRefused(operation) ? NONE : referencesIn(operation)));
  const operations = withoutTwins(sent).map((operation, index) =>
    refuseUnknown(operation, named[index] ?? NONE, makers),
  );
  const placed = operations.map((operation, index) => ({
    index,
    operation,
    references: named[index] ?? NONE,
  }));
  const needs = placed.map(({ operation, references }) =>
    isRefused(operation) ? [] : [...references].flatMap((bulkId) => makers.get(bulkId) ?? []),
  );
  return stepsInOrder(needs).flatMap((indexes): readonly BulkStep[] => {
    const members = indexes.flatMap((index) => placed[index] ?? []);
    const [first] = members;
    if (first === undefined) return [];
    const { index, operation, references } = first;
    if (isRefused(operation)) return [{ kind: 'refused', index, operation }];
    if (members.length === 1 && needs[index]?.includes(index) === false) {
      return [{ kind: 'single', index, operation, references }];
    }
    return [{ kind: 'circle', members: members.flatMap((member) => inCircle(member)) }];
  });
}

const NONE: ReadonlySet<string> = new Set();

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

function refuseUnknown(
  operation: Sent,
  references: ReadonlySet<string>,
  makers: ReadonlyMap<string, number>,
): Sent {
  if (isRefused(operation) || references.size === 0) return operation;
  const unknown = [...references].filter((bulkId) => !makers.has(bulkId));
  if (unknown.length === 0) return operation;
  const listed = unknown.slice(0, 20).map((bulkId) => JSON.stringify(bulkId.slice(0, 100)));
  return refused(
    operation,
    invalidValue(`The operation refers to bulkId ${listed.join(', ')}, which no POST of the request has.`),
  );
}

function refused({ method, bulkId }: Sent, refusal: ScimError): RefusedOperation {
  return { method, bulkId, refusal };
}

// Whoever is refused needs nothing, so nobody refused is in a circle.
function inCircle({
  index,
  operation,
  references,
}: Omit<PlacedOperation, 'operation'> & { operation: Sent }) {
  return isRefused(operation) ? [] : [{ index, operation, references }];
}
