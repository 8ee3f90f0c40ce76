import type { Node, RangeVar } from 'libpg-query';
import { tieRelations, type Condition } from './account-ties.ts';
import { subqueriesIn } from './expressions.ts';
import { readFromClause, type FromItem, type JoinCondition } from './from-clause.ts';
import { derivedRelation, accountColumnsOf, renameColumns } from './relations.ts';
import type { Output, Relation, Scope } from './relations.ts';
import { describingCatalogs, tenantTables, untenantedTables } from './tenant-tables.ts';

/** One statement under inspection. */
export interface Inspection {
  /** A marked statement may leave tables untied; all else still holds for it. */
  readonly spansAccounts: boolean;
  readonly touchedTables: Set<string>;
  readonly accountParameters: Set<number>;
  readonly refuse: (problem: string) => never;
  /** Inspects a whole query or write inside the statement. */
  readonly inspect: (query: Node, scope: Scope) => Output;
}

export interface QueryLevel {
  target?: RangeVar | undefined;
  from: readonly Node[];
  where: Node | undefined;
}

/**
 * Inspects what one query level reads (FROM, USING, the target of an UPDATE or DELETE) under its conditions, and
 * returns the names that its other expressions can use. Refuses a tenant table that no condition ties to an account.
 */
export function inspectLevel(level: QueryLevel, outer: Scope, inspection: Inspection): Scope {
  const { items, conditions } = readFromClause(level.from, inspection.refuse);
  const sources = new Map(items.map((item) => [item, relationOf(item, outer, inspection)]));
  const target = level.target === undefined ? [] : [tableRelation(level.target, undefined, inspection)];
  const relations = [...target, ...sources.values()];
  const scope: Scope = { relations, commonTables: outer.commonTables, outer };

  const joins = conditions.map((join) => joinCondition(join, sources, outer));
  const where: Condition[] =
    level.where === undefined ? [] : [{ expression: level.where, scope, decides: relations }];
  tieRelations([...joins, ...where], inspection.accountParameters);
  for (const [index, item] of items.entries()) {
    // A lateral item sees those to its left; what it hands out may tie others in turn.
    const seen = items.slice(0, index).flatMap((earlier) => sources.get(earlier) ?? []);
    inspectLateral(item, sources.get(item), { ...scope, relations: seen }, inspection);
    tieRelations([...joins, ...where], inspection.accountParameters);
  }

  for (const relation of relations) refuseUntied(relation, inspection);
  for (const { expression, scope: visible } of [...joins, ...where])
    inspectExpressions(expression, visible, inspection);
  return scope;
}

/** Inspects the subqueries of expressions that see `scope`. */
export function inspectExpressions(expressions: unknown, scope: Scope, inspection: Inspection): void {
  for (const subquery of subqueriesIn(expressions, inspection.refuse)) inspection.inspect(subquery, scope);
}

/** The relation of a table by its name: a common table, a tenant table, or one that holds nothing of any account. */
export function tableRelation(
  range: RangeVar,
  commonTables: Scope['commonTables'] | undefined,
  { touchedTables, refuse }: Inspection,
): Relation {
  const { schemaname: schema, relname: table = '' } = range;
  const alias = range.alias?.aliasname ?? table;
  const columnNames = range.alias?.colnames;
  const common = schema === undefined ? commonTables?.get(table) : undefined;
  if (common !== undefined) return derivedRelation(alias, renameColumns(common, columnNames));

  const accountColumn = schema === undefined || schema === 'public' ? tenantTables.get(table) : undefined;
  if (accountColumn !== undefined) {
    if (columnNames !== undefined)
      refuse(`The alias of "${table}" renames its columns: name only the table.`);
    touchedTables.add(table);
    return { alias, tenantTable: table, accountColumns: new Map([[accountColumn, []]]), tied: false };
  }
  if (!isUntenanted(schema, table)) {
    const name = schema === undefined ? table : `${schema}.${table}`;
    refuse(
      `The table "${name}" is not classified: list it in the tenancy guard as a tenant table or as an untenanted one.`,
    );
  }
  return derivedRelation(alias, { columns: [], countable: false });
}

function isUntenanted(schema: string | undefined, table: string): boolean {
  if (schema === 'pg_catalog') return describingCatalogs.has(table);
  if (schema === undefined) return describingCatalogs.has(table) || untenantedTables.has(table);
  return schema === 'public' && untenantedTables.has(table);
}

function relationOf(item: FromItem, outer: Scope, inspection: Inspection): Relation {
  if (item.kind === 'table') return tableRelation(item.range, outer.commonTables, inspection);
  const alias = item.range.alias?.aliasname ?? '';
  if (item.kind === 'function' || item.range.lateral === true) {
    return derivedRelation(alias, { columns: [], countable: false });
  }
  return derivedRelation(alias, inspectSubquery(item, outer, inspection));
}

function inspectLateral(
  item: FromItem,
  relation: Relation | undefined,
  scope: Scope,
  inspection: Inspection,
): void {
  if (item.kind === 'function') inspectExpressions(item.range, scope, inspection);
  if (item.kind !== 'subquery' || item.range.lateral !== true || relation === undefined) return;
  relation.accountColumns = accountColumnsOf(inspectSubquery(item, scope, inspection));
}

function inspectSubquery(
  item: FromItem & { kind: 'subquery' },
  scope: Scope,
  inspection: Inspection,
): Output {
  const { subquery, alias } = item.range;
  if (subquery === undefined) return inspection.refuse('A subquery in FROM is empty.');
  return renameColumns(inspection.inspect(subquery, scope), alias?.colnames);
}

function joinCondition(
  join: JoinCondition,
  sources: ReadonlyMap<FromItem, Relation>,
  outer: Scope,
): Condition {
  const relationsOf = (items: readonly FromItem[]): Relation[] =>
    items.flatMap((item) => sources.get(item) ?? []);
  const scope = { relations: relationsOf(join.sees), commonTables: outer.commonTables, outer };
  return { expression: join.on, scope, decides: relationsOf(join.decides) };
}

function refuseUntied({ alias, tenantTable, tied }: Relation, { spansAccounts, refuse }: Inspection): void {
  if (tenantTable === undefined || tied || spansAccounts) return;
  const name = alias === tenantTable ? `"${tenantTable}"` : `"${tenantTable}" as "${alias}"`;
  const column = tenantTables.get(tenantTable) ?? '';
  refuse(
    `The table ${name} is not tied to one account: require "${alias}"."${column}" = $n, or that it equals an account column that is.`,
  );
}
