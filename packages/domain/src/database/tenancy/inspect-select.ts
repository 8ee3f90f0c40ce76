import type { Node, SelectStmt, WithClause } from 'libpg-query';
import { inspectExpressions, inspectLevel, type Inspection } from './query-level.ts';
import { accountValueOf, findRelation, renameColumns } from './relations.ts';
import type { Output, OutputColumn, Relation, Scope } from './relations.ts';

/** Inspects a SELECT, a VALUES list or a set operation, and says which of its columns hold an account id. */
export function inspectSelect(select: SelectStmt, outer: Scope, inspection: Inspection): Output {
  const { withClause, fromClause, whereClause, larg, rarg, intoClause, ...expressions } = select;
  if (intoClause !== undefined)
    inspection.refuse('SELECT INTO makes a table: tables are made by migrations.');
  const scope = inspectCommonTables(withClause, outer, inspection);
  if (larg !== undefined && rarg !== undefined) {
    inspectExpressions(expressions, scope, inspection);
    return combined(inspectSelect(larg, scope, inspection), inspectSelect(rarg, scope, inspection));
  }
  const level = inspectLevel({ from: fromClause ?? [], where: whereClause }, scope, inspection);
  inspectExpressions(expressions, level, inspection);
  return select.valuesLists === undefined
    ? outputOf(select.targetList ?? [], level)
    : valuesOutput(select.valuesLists, level);
}

/** Inspects the queries of a WITH clause and adds their names to what `outer` offers. */
export function inspectCommonTables(
  clause: WithClause | undefined,
  outer: Scope,
  inspection: Inspection,
): Scope {
  if (clause === undefined) return outer;
  const commonTables = new Map(outer.commonTables);
  const scope: Scope = { relations: [], commonTables, outer };
  const tables = (clause.ctes ?? []).flatMap((node) =>
    'CommonTableExpr' in node ? [node.CommonTableExpr] : [],
  );
  if (clause.recursive === true) {
    // Each name already stands for its common table inside all of them; what it hands out is not known yet.
    for (const { ctename = '' } of tables) commonTables.set(ctename, { columns: [], countable: false });
  }
  for (const { ctename = '', ctequery, aliascolnames, search_clause, cycle_clause } of tables) {
    if (ctequery === undefined) return inspection.refuse(`The common table "${ctename}" is empty.`);
    inspectExpressions([search_clause, cycle_clause], scope, inspection);
    commonTables.set(ctename, renameColumns(inspection.inspect(ctequery, scope), aliascolnames));
  }
  return scope;
}

/** What a select list or a RETURNING list hands out. */
export function outputOf(targets: readonly Node[], scope: Scope): Output {
  const columns: OutputColumn[] = [];
  let countable = true;
  for (const target of targets) {
    const expression = 'ResTarget' in target ? target.ResTarget.val : undefined;
    const starred = expression === undefined ? undefined : starredRelations(expression, scope);
    if (starred === undefined) {
      const name = 'ResTarget' in target ? (target.ResTarget.name ?? columnName(expression)) : undefined;
      columns.push({
        name,
        accountFrom: expression === undefined ? undefined : accountFrom(expression, scope),
      });
    } else {
      countable = false;
      columns.push(...starred.flatMap(accountColumnsOf));
    }
  }
  return { columns, countable };
}

function accountColumnsOf({ accountColumns, tied }: Relation): OutputColumn[] {
  return tied ? [...accountColumns].map(([name, accountFrom]) => ({ name, accountFrom })) : [];
}

function accountFrom(expression: Node, scope: Scope): readonly number[] | undefined {
  const value = accountValueOf(expression, scope);
  // A lateral subquery may hand out a column of a table that is itself still to be tied.
  return value?.relation?.tied === false ? undefined : value?.parameters;
}

function starredRelations(expression: Node, scope: Scope): readonly Relation[] | undefined {
  if (!('ColumnRef' in expression)) return undefined;
  const fields = expression.ColumnRef.fields ?? [];
  const last = fields.at(-1);
  if (last === undefined || !('A_Star' in last)) return undefined;
  const [first] = fields;
  if (fields.length === 1) return scope.relations;
  const relation =
    fields.length === 2 && first !== undefined && 'String' in first
      ? findRelation(first.String.sval, scope)
      : undefined;
  return relation === undefined ? [] : [relation];
}

function columnName(expression: Node | undefined): string | undefined {
  if (expression === undefined || !('ColumnRef' in expression)) return undefined;
  const last = expression.ColumnRef.fields?.at(-1);
  return last !== undefined && 'String' in last ? last.String.sval : undefined;
}

function valuesOutput(rows: readonly Node[], scope: Scope): Output {
  const [first, ...others] = rows.map((row): Output => {
    const items = 'List' in row ? (row.List.items ?? []) : [];
    const columns = items.map((item, index) => ({
      name: `column${index + 1}`,
      accountFrom: accountFrom(item, scope),
    }));
    return { columns, countable: true };
  });
  return first === undefined ? { columns: [], countable: false } : others.reduce(combined, first);
}

/** A column of a set operation holds an account id if both sides' columns in its place do. */
function combined(left: Output, right: Output): Output {
  if (!left.countable || !right.countable) return { columns: [], countable: false };
  const columns = left.columns.map(({ name, accountFrom: from }, index) => {
    const other = right.columns[index]?.accountFrom;
    return { name, accountFrom: from === undefined || other === undefined ? undefined : [...from, ...other] };
  });
  return { columns, countable: true };
}
