import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import type { Database } from '../database/connection.ts';

export interface PlanNode {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: readonly PlanNode[];
}

export interface ExecutedPlan {
  found: number;
  /** The steps that handled as many rows as are not few, those included that they threw away. */
  heavySteps: readonly PlanNode[];
}

/** Runs a query as a prepared statement, and says what its plan really did. */
export async function executedPlan(
  client: pg.Client,
  db: Database,
  query: RawBuilder<unknown>,
  { planCacheMode, fewRows }: { planCacheMode: string; fewRows: number },
): Promise<ExecutedPlan> {
  const { sql: text, parameters } = sql`${query}`.compile(db);
  await client.query(`set plan_cache_mode = ${planCacheMode}`);
  await client.query(`prepare examined as ${text}`);
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, format json) execute examined(${parameters.map(literal).join(', ')})`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) throw new Error('EXPLAIN gave no plan.');
    return { found: plan['Actual Rows'], heavySteps: heavySteps(plan, fewRows) };
  } finally {
    await client.query('deallocate examined');
  }
}

function heavySteps(node: PlanNode, fewRows: number): readonly PlanNode[] {
  const removed =
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0);
  const rows = (node['Actual Rows'] + removed) * node['Actual Loops'];
  const below = (node.Plans ?? []).flatMap((each) => heavySteps(each, fewRows));
  return rows < fewRows ? below : [node, ...below];
}

function literal(value: unknown): string {
  if (value === null) return 'null';
  // Of no type of its own, so that it can be an array of whatever the parameter is.
  if (Array.isArray(value)) {
    return pg.escapeLiteral(`{${value.map((each) => JSON.stringify(String(each))).join(',')}}`);
  }
  return typeof value === 'string' ? pg.escapeLiteral(value) : JSON.stringify(value);
}
