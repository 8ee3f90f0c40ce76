import { setFlagsFromString } from 'node:v8';
import { loadModule, parseSync, scanSync, type Node, type RawStmt } from 'libpg-query';
import { inspectSelect } from './inspect-select.ts';
import { inspectDelete, inspectInsert, inspectUpdate } from './inspect-write.ts';
import type { Inspection } from './query-level.ts';
import type { Output, Scope } from './relations.ts';
import { TenancyError } from './tenancy-error.ts';

export type StatementVerdict =
  | { tenant: false }
  /** `accountParameters`: the numbers n of the parameters $n that are account ids. */
  | { tenant: true; accountParameters: readonly number[] }
  /** `everyAccount`: the reason in the marker comment. */
  | { tenant: true; everyAccount: string };

// Statements that neither read nor write rows of tables.
const statementsWithoutRows: ReadonlySet<string> = new Set([
  'TransactionStmt',
  'VariableSetStmt',
  'VariableShowStmt',
  'ListenStmt',
  'UnlistenStmt',
  'NotifyStmt',
  'DeallocateStmt',
  'DiscardStmt',
]);
const emptyScope: Scope = { relations: [], commonTables: new Map(), outer: undefined };

/** Loads PostgreSQL's parser; `inspectStatement` needs it once per process. */
export async function loadStatementParser(): Promise<void> {
  // V8 would optimise the parser in the background, and its largest functions take half a gigabyte for that. Each statement
  // is judged once: the baseline compiler's code will do.
  for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
  await loadModule();
}

/**
 * Says which parameters of a statement are account ids, or throws TenancyError for a statement that could touch a row
 * of an account that it does not name. What truly spans accounts says so in a comment: `every account: why`.
 */
export function inspectStatement(sql: string): StatementVerdict {
  const statement = parseOne(sql);
  const everyAccount = everyAccountReason(sql);
  const inspection: Inspection = {
    spansAccounts: everyAccount !== undefined,
    touchedTables: new Set(),
    accountParameters: new Set(),
    refuse: (problem) => {
      throw new TenancyError(problem, sql);
    },
    inspect: (query, scope) => inspectQuery(query, scope, inspection),
  };
  inspectTopLevel(statement, sql, inspection);
  if (inspection.touchedTables.size === 0) return { tenant: false };
  if (everyAccount !== undefined) return { tenant: true, everyAccount };
  return { tenant: true, accountParameters: [...inspection.accountParameters].toSorted((a, b) => a - b) };
}

function parseOne(sql: string): Node {
  // The parser would stop at a NUL and judge only what stands before it.
  if (sql.includes('\0')) throw new TenancyError('The statement contains a NUL character.', sql);
  const [only, second] = parse(sql);
  if (only?.stmt === undefined || second !== undefined) {
    throw new TenancyError('The text must hold exactly one statement.', sql);
  }
  return only.stmt;
}

function parse(sql: string): readonly RawStmt[] {
  try {
    return parseSync(sql).stmts ?? [];
  } catch (cause) {
    throw new TenancyError('The statement cannot be read as SQL, so its accounts cannot be judged.', sql, {
      cause,
    });
  }
}

function everyAccountReason(sql: string): string | undefined {
  if (!sql.includes('every account')) return undefined;
  const reasons = scanSync(sql).tokens.flatMap(({ tokenName, text }) =>
    tokenName === 'C_COMMENT' ? (/^\/\*\s*every account:\s*(\S.*?)\s*\*\/$/su.exec(text)?.[1] ?? []) : [],
  );
  return reasons[0];
}

function inspectTopLevel(statement: Node, sql: string, inspection: Inspection): void {
  const [kind = ''] = Object.keys(statement);
  if (statementsWithoutRows.has(kind)) return;
  const explained = 'ExplainStmt' in statement ? statement.ExplainStmt.query : undefined;
  try {
    inspectQuery(explained ?? statement, emptyScope, inspection);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TenancyError('The statement is nested too deeply to be judged.', sql, { cause });
  }
}

function inspectQuery(query: Node, scope: Scope, inspection: Inspection): Output {
  if ('SelectStmt' in query) return inspectSelect(query.SelectStmt, scope, inspection);
  if ('InsertStmt' in query) return inspectInsert(query.InsertStmt, scope, inspection);
  if ('UpdateStmt' in query) return inspectUpdate(query.UpdateStmt, scope, inspection);
  if ('DeleteStmt' in query) return inspectDelete(query.DeleteStmt, scope, inspection);
  return inspection.refuse(
    `A ${Object.keys(query).join()} cannot be judged: use SELECT, INSERT, UPDATE or DELETE.`,
  );
}
