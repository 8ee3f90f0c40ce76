import type { DeleteStmt, InsertStmt, Node, OnConflictClause, UpdateStmt } from 'libpg-query';
import { inspectCommonTables, outputOf } from './inspect-select.ts';
import { inspectExpressions, inspectLevel, tableRelation, type Inspection } from './query-level.ts';
import type { Output, Relation, Scope } from './relations.ts';
import { tenantTables } from './tenant-tables.ts';

/** Inspects an INSERT: each row names its account by a parameter, or takes it from a row that is tied to one. */
export function inspectInsert(insert: InsertStmt, outer: Scope, inspection: Inspection): Output {
  if (insert.relation === undefined) return inspection.refuse('INSERT names no table.');
  const scope = inspectCommonTables(insert.withClause, outer, inspection);
  const target = tableRelation(insert.relation, undefined, inspection);
  const rows = insert.selectStmt === undefined ? undefined : inspection.inspect(insert.selectStmt, scope);
  judgeRows(target, insert.cols ?? [], rows, inspection);
  target.tied = true;
  if (insert.onConflictClause !== undefined) judgeConflict(insert.onConflictClause, target, inspection);

  const level: Scope = { relations: [target], commonTables: scope.commonTables, outer: scope };
  const returning = insert.returningClause?.exprs ?? [];
  inspectExpressions([insert.onConflictClause, returning], level, inspection);
  return outputOf(returning, level);
}

/** Inspects an UPDATE: its rows are tied like those of a query, and no row changes its account. */
export function inspectUpdate(update: UpdateStmt, outer: Scope, inspection: Inspection): Output {
  if (update.relation === undefined) return inspection.refuse('UPDATE names no table.');
  const scope = inspectCommonTables(update.withClause, outer, inspection);
  const { relation: target, fromClause, whereClause: where } = update;
  const level = inspectLevel({ target, from: fromClause ?? [], where }, scope, inspection);
  refuseNewAccount(update.targetList ?? [], target.relname, inspection);
  const returning = update.returningClause?.exprs ?? [];
  inspectExpressions([update.targetList, returning], level, inspection);
  return outputOf(returning, level);
}

/** Inspects a DELETE: its rows are tied like those of a query. */
export function inspectDelete(remove: DeleteStmt, outer: Scope, inspection: Inspection): Output {
  if (remove.relation === undefined) return inspection.refuse('DELETE names no table.');
  const scope = inspectCommonTables(remove.withClause, outer, inspection);
  const { relation: target, usingClause, whereClause: where } = remove;
  const level = inspectLevel({ target, from: usingClause ?? [], where }, scope, inspection);
  const returning = remove.returningClause?.exprs ?? [];
  inspectExpressions(returning, level, inspection);
  return outputOf(returning, level);
}

function judgeRows(
  target: Relation,
  columns: readonly Node[],
  rows: Output | undefined,
  inspection: Inspection,
): void {
  const { spansAccounts, accountParameters, refuse } = inspection;
  if (target.tenantTable === undefined || spansAccounts) return;
  const accountColumn = tenantTables.get(target.tenantTable);
  const place = columns.findIndex(
    (column) => 'ResTarget' in column && column.ResTarget.name === accountColumn,
  );
  if (place === -1)
    refuse(`INSERT into "${target.tenantTable}" does not list its column "${accountColumn ?? ''}".`);
  const accountFrom = rows?.countable === true ? rows.columns[place]?.accountFrom : undefined;
  if (accountFrom === undefined) {
    return refuse(
      `INSERT into "${target.tenantTable}" takes "${accountColumn ?? ''}" neither from a parameter nor from a tied account column.`,
    );
  }
  for (const parameter of accountFrom) accountParameters.add(parameter);
}

/** DO UPDATE writes to the row that was met: it is the account's own only if the key it met begins with the account. */
function judgeConflict(clause: OnConflictClause, target: Relation, inspection: Inspection): void {
  if (target.tenantTable === undefined || clause.action !== 'ONCONFLICT_UPDATE') return;
  const accountColumn = tenantTables.get(target.tenantTable);
  if (!meetsOwnRows(clause, accountColumn) && !inspection.spansAccounts) {
    inspection.refuse(
      `ON CONFLICT DO UPDATE of "${target.tenantTable}" could meet another account's row: begin its key with "${accountColumn ?? ''}".`,
    );
  }
  refuseNewAccount(clause.targetList ?? [], target.tenantTable, inspection);
}

function meetsOwnRows({ infer }: OnConflictClause, accountColumn: string | undefined): boolean {
  // Every constraint of a tenant table begins with account_id; only accounts itself has one across accounts.
  if (infer?.conname !== undefined) return accountColumn === 'account_id';
  return (infer?.indexElems ?? []).some(
    (node) => 'IndexElem' in node && node.IndexElem.name === accountColumn,
  );
}

function refuseNewAccount(targets: readonly Node[], table: string | undefined, { refuse }: Inspection): void {
  const accountColumn = table === undefined ? undefined : tenantTables.get(table);
  if (accountColumn === undefined) return;
  if (targets.some((target) => 'ResTarget' in target && target.ResTarget.name === accountColumn)) {
    refuse(`"${table ?? ''}"."${accountColumn}" is set: a row never changes its account.`);
  }
}
