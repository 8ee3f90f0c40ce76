import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { inspectStatement } from './inspect-statement.ts';
import { TenancyError } from './tenancy-error.ts';

const ours = '01890000-0000-7000-8000-00000000000a';
const theirs = '01890000-0000-7000-8000-00000000000b';
// Both accounts use the same ids, so that only the account tells their rows apart.
const ids = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002', ours, theirs];

let shared: TestDatabase;
let alone: TestDatabase;
let inShared: pg.Client;
let inAlone: pg.Client;

beforeAll(async () => {
  [shared, alone] = await Promise.all([testDatabase(), testDatabase()]);
  inShared = new pg.Client({ connectionString: shared.url });
  inAlone = new pg.Client({ connectionString: alone.url });
  await Promise.all([inShared.connect(), inAlone.connect()]);
  for (const client of [inShared, inAlone]) await addRows(client, ours, ids.slice(0, 3));
  await addRows(inShared, theirs, ids);
});

afterAll(async () => {
  await Promise.all([inShared.end(), inAlone.end()]);
  await Promise.all([shared[Symbol.asyncDispose](), alone[Symbol.asyncDispose]()]);
});

test('whatever query passes, it answers as if no other account existed', async () => {
  let passed = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 9999 }), { minLength: 80, maxLength: 80 }), async (choices) => {
      const sql = composeQuery(choices);
      if (!passes(sql)) {
        refused += 1;
        return;
      }
      passed += 1;
      const [beside, without] = await Promise.all([inShared.query(sql, [ours]), inAlone.query(sql, [ours])]);
      expect({ sql, rows: beside.rows }).toEqual({ sql, rows: without.rows });
    }),
    { seed: 7, numRuns: 1500 },
  );
  expect(Math.min(passed, refused)).toBeGreaterThan(200);
});

async function addRows(client: pg.Client, account: string, rowIds: readonly string[]): Promise<void> {
  await client.query(
    `insert into accounts (id, slug, name, plan, created_at) values ($1, $2, 'A', 'starter', now())`,
    [account, `account-${account.at(-1) ?? ''}`],
  );
  await client.query(
    `insert into users (account_id, id, state, user_name, created_at, updated_at)
     select $1, id, 'invited', id, now(), now() from unnest($2::uuid[]) as id`,
    [account, rowIds],
  );
  await client.query(
    `insert into groups (account_id, id, display_name, created_at, updated_at)
     select $1, id, id, now(), now() from unnest($2::uuid[]) as id`,
    [account, rowIds.slice(1)],
  );
}

function passes(sql: string): boolean {
  try {
    inspectStatement(sql);
    return true;
  } catch (error) {
    if (error instanceof TenancyError) return false;
    throw error;
  }
}

interface Composer {
  /** One of `count` possibilities. */
  choose: (count: number) => number;
  freshName: () => string;
}

function composeQuery(choices: readonly number[]): string {
  let position = 0;
  let names = 0;
  const composer: Composer = {
    choose: (count) => (choices[position++ % choices.length] ?? 0) % count,
    freshName: () => `t${(names += 1)}`,
  };
  const { from, where, names: own } = composeLevel(composer, [], 2);
  const columns = own.flatMap((name) => [
    `${name}.account_id as ${name}_account`,
    `${name}.id as ${name}_id`,
  ]);
  const text = `select ${columns.join(', ')} from ${from} where ${where}`;
  return `${text} order by ${columns.map((_, index) => index + 1).join(', ')}`;
}

interface ComposedLevel {
  from: string;
  where: string;
  names: readonly string[];
}

function composeLevel(composer: Composer, outer: readonly string[], depth: number): ComposedLevel {
  const first = composeSource(composer, [], outer, depth);
  const names = [...first.names];
  let from = first.text;
  for (let more = composer.choose(3); more > 0; more -= 1) {
    const right = composeSource(composer, names, outer, depth);
    const on = composeCondition(composer, [...names, ...right.names], outer, depth);
    from = `${from} ${composer.choose(2) === 0 ? 'join' : 'left join'} ${right.text} on ${on}`;
    names.push(...right.names);
  }
  return { from, where: composeCondition(composer, names, outer, depth), names };
}

/** A table, a subquery, a lateral subquery (it alone sees its siblings), or a join in parentheses. */
function composeSource(
  composer: Composer,
  siblings: readonly string[],
  outer: readonly string[],
  depth: number,
): { text: string; names: string[] } {
  const kind = depth === 0 ? 0 : composer.choose(7);
  if (kind === 6) {
    const left = composeSource(composer, siblings, outer, depth - 1);
    const right = composeSource(composer, [...siblings, ...left.names], outer, depth - 1);
    const names = [...left.names, ...right.names];
    const join = composer.choose(2) === 0 ? 'join' : 'left join';
    const on = composeCondition(composer, names, outer, 0);
    return { text: `(${left.text} ${join} ${right.text} on ${on})`, names };
  }
  const name = composer.freshName();
  if (kind < 4) return { text: `${composer.choose(2) === 0 ? 'users' : 'groups'} ${name}`, names: [name] };
  const inner = composeLevel(composer, kind === 5 ? [...outer, ...siblings] : outer, depth - 1);
  const one = inner.names[composer.choose(inner.names.length)] ?? '';
  const lists = [
    `${one}.account_id, ${one}.id`,
    `${one}.*`,
    `${one}.id as account_id, ${one}.account_id as id`,
    `$1::uuid as account_id, ${one}.id`,
  ];
  const select = `select ${lists[composer.choose(lists.length)] ?? ''} from ${inner.from} where ${inner.where}`;
  return { text: `${kind === 5 ? 'lateral ' : ''}(${select}) ${name}`, names: [name] };
}

function composeCondition(
  composer: Composer,
  names: readonly string[],
  outer: readonly string[],
  depth: number,
): string {
  const any = (): string => {
    const all = [...names, ...names, ...outer];
    return all[composer.choose(all.length)] ?? '';
  };
  const parts = Array.from({ length: 1 + composer.choose(4) }, () => {
    const kind = composer.choose(depth === 0 ? 9 : 11);
    if (kind < 4) return `${any()}.account_id = $1`;
    if (kind < 7) return `${any()}.account_id = ${any()}.account_id`;
    if (kind === 7) return `${any()}.id = ${any()}.id`;
    if (kind === 8) return `(${any()}.account_id = $1 or ${any()}.id = ${any()}.id)`;
    const inner = composeLevel(composer, [...outer, ...names], depth - 1);
    return `${kind === 9 ? '' : 'not '}exists (select from ${inner.from} where ${inner.where})`;
  });
  return parts.join(' and ');
}
