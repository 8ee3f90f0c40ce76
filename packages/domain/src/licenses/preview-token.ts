import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import { InvalidInputError, PlanChangedError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue, toJson } from '../json.ts';
import type { LicenseChange } from './license-plan.ts';
import { factDifferences, type Facts } from './licensing-facts.ts';

/** What a preview was made from and what it showed, as far as applying must find it so again. */
export interface PreviewGround {
  /** The change that was asked for. */
  input: JsonValue;
  /** What the change meets, each by a name for people: "manageLicenses", "the groups mapped to it". */
  facts: Facts;
  /** Whose license would change, and how. */
  changes: readonly LicenseChange[];
}

const BUCKETS = 64;
const BUCKET_BYTES = 4;
const MOST_NAMED = 20;

/**
 * What applying brings back to say "only if it is still so". It holds digests and settings, no secret, and is not sealed:
 * who makes one up refuses nothing but their own change.
 */
export function previewToken({ input, facts, changes }: PreviewGround, now: Date): string {
  const token: TokenContent = {
    input: digest(JSON.stringify(input)).toString('base64url'),
    at: now.toISOString(),
    facts,
    people: peopleDigest(changes).toString('base64url'),
  };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/**
 * Throws PlanChangedError, naming what is different, unless everything is as the preview with that token found it. Call it
 * under the lock under which the change is applied. Throws InvalidInputError for what is no token, or one of another change.
 */
export async function assertAsPreviewed(
  db: Kysely<DB>,
  accountId: string,
  text: string,
  ground: PreviewGround,
): Promise<void> {
  const token = readToken(text);
  if (token.input !== digest(JSON.stringify(ground.input)).toString('base64url')) {
    throw new InvalidInputError('This token is of the preview of another change.', 'previewToken');
  }
  const then = Buffer.from(token.people, 'base64url');
  const changed = changedBuckets(then, peopleDigest(ground.changes));
  const differences = [
    ...factDifferences(token.facts, ground.facts),
    ...(changed.size === 0 ? [] : await peopleDifferences(db, accountId, changed, new Date(token.at))),
  ];
  if (changed.size === 0 && differences.length === 0) return;
  throw new PlanChangedError(
    'The account has changed since the preview. Look at a new one before you apply the change.',
    differences.length > 0 ? differences : ['Other people would change than the preview showed.'],
  );
}

interface TokenContent {
  input: string;
  at: string;
  facts: Facts;
  people: string;
}

function readToken(text: string): TokenContent {
  const token = parsed(text);
  const { input, at, facts, people } = token ?? {};
  if (
    typeof input === 'string' &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    typeof people === 'string' &&
    isJsonObject(facts)
  ) {
    const named = Object.entries(facts).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    );
    return { input, at, facts: Object.fromEntries(named), people };
  }
  throw new InvalidInputError('This is not the token of a preview.', 'previewToken');
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = toJson(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

// A digest for each 64th of the people, by their ids: small, and tells in which of them somebody is different.
function peopleDigest(changes: readonly LicenseChange[]): Buffer {
  const buckets = Array.from({ length: BUCKETS }, (): string[] => []);
  for (const { person, from, to, keptForWantOfSeat } of changes) {
    const line = `${person.id} ${from?.licenseType} ${from?.source} ${to.licenseType} ${to.source} ${keptForWantOfSeat}`;
    buckets[bucketOf(person.id)]?.push(line);
  }
  return Buffer.concat(buckets.map((lines) => digest(lines.toSorted().join('\n')).subarray(0, BUCKET_BYTES)));
}

function bucketOf(userId: string): number {
  // The end of an id is random, its beginning the time.
  return Number.parseInt(userId.slice(-2), 16) % BUCKETS;
}

function changedBuckets(then: Buffer, now: Buffer): ReadonlySet<number> {
  const places = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  return new Set(
    places.filter((bucket) => {
      const [from, to] = [bucket * BUCKET_BYTES, (bucket + 1) * BUCKET_BYTES];
      return !then.subarray(from, to).equals(now.subarray(from, to));
    }),
  );
}

async function peopleDifferences(
  db: Kysely<DB>,
  accountId: string,
  buckets: ReadonlySet<number>,
  since: Date,
): Promise<string[]> {
  const { rows } = await sql<{ id: string; user_name: string }>`
    select u.id, u.user_name from users u
    where u.account_id = ${accountId} and u.updated_at >= ${since} and not u.erased
    order by u.id`.execute(db);
  const names = rows.filter(({ id }) => buckets.has(bucketOf(id))).map(({ user_name }) => user_name);
  const named = names.slice(0, MOST_NAMED).map((name) => `${name} has changed since.`);
  const more = names.length - MOST_NAMED;
  return more > 0 ? [...named, `${more} more people have changed since.`] : named;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
