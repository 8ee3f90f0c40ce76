import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { tiedQueries } from './examples/tied-queries.ts';
import { tiedWrites } from './examples/tied-writes.ts';
import { unjudgeableStatements } from './examples/unjudgeable-statements.ts';
import { untenantedStatements } from './examples/untenanted-statements.ts';
import { untiedQueries } from './examples/untied-queries.ts';
import { untiedWrites } from './examples/untied-writes.ts';
import { inspectStatement, loadStatementParser } from './inspect-statement.ts';
import { TenancyError } from './tenancy-error.ts';

const tiedStatements = [...tiedQueries, ...tiedWrites];
const refusedStatements = [...untiedQueries, ...untiedWrites, ...unjudgeableStatements];

beforeAll(loadStatementParser);

describe('a statement that ties every tenant table to an account passes, with its account parameters', () => {
  test.each(tiedStatements)('$title', ({ sql, accountParameters }) => {
    expect(inspectStatement(sql)).toEqual({ tenant: true, accountParameters });
  });
});

describe('a statement that could touch a row of an account that it does not name is refused', () => {
  test.each(refusedStatements)('$title', ({ sql, says }) => {
    expect(refusalOf(sql)).toMatch(says);
  });
});

test.each(untenantedStatements)('without a tenant table there is nothing to tie: %s', (sql) => {
  expect(inspectStatement(sql)).toEqual({ tenant: false });
});

test('a statement that truly spans accounts passes by its comment, and the reason is reported', () => {
  expect(
    inspectStatement(`delete from audit_events where at < $1 /* every account: retention, daily */`),
  ).toEqual({
    tenant: true,
    everyAccount: 'retention, daily',
  });
  expect(
    inspectStatement(`/* every account:
                         the operator's list */ select slug, (select count(*) from users) from accounts`),
  ).toEqual({ tenant: true, everyAccount: "the operator's list" });
});

test('the refusal names the statement, cut short in the message and whole beside it', () => {
  const sql = `select id from users where user_name in ('${'x'.repeat(2000)}')`;
  expect(() => inspectStatement(sql)).toThrow(
    expect.objectContaining({ name: 'TenancyError', statement: sql }),
  );
  expect(refusalOf(sql)).toMatch(
    /^.*"users"."account_id" = \$n.*\nStatement: select id from users where .{950,1000}…$/u,
  );
});

test('a statement nested beyond the stack is judged or refused, never a crash', () => {
  expect(inspectStatement(`select ${nested(20, '1')}`)).toEqual({ tenant: false });
  expect(refusalOf(`select ${nested(20, 'id from users')}`)).toMatch(/"users"/u);
  for (const depth of [1000, 3000, 30_000]) {
    expect(refusalOf(`select ${nested(depth, 'id from users')}`)).toMatch(
      /"users"|too deeply|cannot be read/u,
    );
    expect(refusalOf(`select id from users where ${'not ('.repeat(depth)}true${')'.repeat(depth)}`)).toMatch(
      /"users"|cannot be read/u,
    );
    expect(refusalOf(`select ${`1 || `.repeat(depth)} id from users`)).toMatch(/"users"|cannot be read/u);
  }
});

describe('each account condition is needed: without any single one the statement is refused', () => {
  const conditions = /(?:\w+\.)?account_id = (?:\$\d+(?:::uuid)?|\w+\.account_id)/gu;
  const cases = tiedStatements.flatMap(({ title, sql }) =>
    [...sql.matchAll(conditions)]
      .filter(({ index }) => !isCommented(sql, index))
      .map((match) => ({
        title,
        condition: match[0],
        without: `${sql.slice(0, match.index)}true${sql.slice(match.index + match[0].length)}`,
      })),
  );

  test.each(cases)('$title: $condition', ({ without }) => {
    expect(refusalOf(without)).toMatch(/is not tied to one account/u);
  });

  test('the table has dozens of such conditions', () => {
    expect(cases.length).toBeGreaterThan(50);
  });
});

test('a join of any shape passes exactly when equalities connect each table with a parameter', () => {
  const tables = ['users', 'groups', 'group_members', 'invitations', 'audit_events'] as const;
  const side = fc.nat({ max: tables.length });
  const equality = fc.record({ left: side, right: side, alternative: fc.boolean(), inJoin: fc.boolean() });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: tables.length }),
      fc.array(equality, { maxLength: 9 }),
      (size, drawn) => {
        // A side of 0 is the parameter, n the nth table.
        const equalities = drawn.filter(
          ({ left, right }) => left <= size && right <= size && left + right > 0,
        );
        const conditionsOf = (n: number): string[] =>
          equalities
            .filter(({ left, right, inJoin }) => (inJoin ? Math.max(left, right, 2) === n : n === 0))
            .map(({ left, right, alternative }) => {
              const text = `${sideName(left)} = ${sideName(right)}`;
              return alternative ? `(${text} or false)` : text;
            });
        const joins = tables
          .slice(1, size)
          .map(
            (table, index) =>
              `join ${table} t${index + 2} on ${['true', ...conditionsOf(index + 2)].join(' and ')}`,
          );
        const atEnd = size === 1 ? [...conditionsOf(0), ...conditionsOf(2)] : conditionsOf(0);
        const sql = `select 1 from ${tables[0]} t1 ${joins.join(' ')} where ${['true', ...atEnd].join(' and ')}`;
        const connected = connectedWithParameter(equalities.filter(({ alternative }) => !alternative));
        const everyTable = tables.slice(0, size).every((_, index) => connected.has(index + 1));
        expect({ sql, passes: refusalOf(sql) === undefined }).toEqual({ sql, passes: everyTable });
      },
    ),
    { seed: 42, numRuns: 1000 },
  );
});

function refusalOf(sql: string): string | undefined {
  try {
    inspectStatement(sql);
    return undefined;
  } catch (error) {
    if (error instanceof TenancyError) return error.message;
    throw error;
  }
}

function nested(depth: number, inner: string): string {
  return `${'(select '.repeat(depth)}${inner}${')'.repeat(depth)}`;
}

function sideName(side: number): string {
  return side === 0 ? '$1' : `t${side}.account_id`;
}

function isCommented(sql: string, index: number): boolean {
  return sql.lastIndexOf('/*', index) > sql.lastIndexOf('*/', index);
}

function connectedWithParameter(equalities: readonly { left: number; right: number }[]): ReadonlySet<number> {
  const connected = new Set([0]);
  for (const _ of equalities) {
    for (const { left, right } of equalities) {
      if (connected.has(left)) connected.add(right);
      if (connected.has(right)) connected.add(left);
    }
  }
  return connected;
}
