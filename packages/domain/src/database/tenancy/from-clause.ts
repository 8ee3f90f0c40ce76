import type { JoinExpr, Node, RangeFunction, RangeSubselect, RangeVar } from 'libpg-query';

export type FromItem =
  | { kind: 'table'; range: RangeVar }
  | { kind: 'subquery'; range: RangeSubselect }
  | { kind: 'function'; range: RangeFunction };

/** An ON condition: the items that it can name, and those whose rows it decides. */
export interface JoinCondition {
  on: Node;
  sees: readonly FromItem[];
  decides: readonly FromItem[];
}

export interface FromClause {
  items: readonly FromItem[];
  conditions: readonly JoinCondition[];
}

/** Lists the items of a FROM clause from left to right, and its join conditions; `refuse` ends what cannot be judged. */
export function readFromClause(nodes: readonly Node[], refuse: (problem: string) => never): FromClause {
  const conditions: JoinCondition[] = [];
  const items = nodes.flatMap((node) => readItem(node, conditions, refuse));
  return { items, conditions };
}

function readItem(node: Node, conditions: JoinCondition[], refuse: (problem: string) => never): FromItem[] {
  if ('RangeVar' in node) return [{ kind: 'table', range: node.RangeVar }];
  if ('RangeSubselect' in node) return [{ kind: 'subquery', range: node.RangeSubselect }];
  if ('RangeFunction' in node) return [{ kind: 'function', range: node.RangeFunction }];
  if ('JoinExpr' in node) return readJoin(node.JoinExpr, conditions, refuse);
  return refuse(`FROM holds a ${Object.keys(node).join()}, which the tenancy guard cannot judge.`);
}

function readJoin(
  join: JoinExpr,
  conditions: JoinCondition[],
  refuse: (problem: string) => never,
): FromItem[] {
  if (join.jointype !== 'JOIN_INNER' && join.jointype !== 'JOIN_LEFT') {
    return refuse(
      'Only inner, cross and left joins can be judged: write a right or full join as left joins.',
    );
  }
  if (join.alias !== undefined || join.join_using_alias !== undefined) {
    return refuse('A join with an alias of its own hides the tables in it: drop the alias.');
  }
  // A merged column may be either side's: what is said of it says nothing certain of a table.
  if (join.isNatural === true || join.usingClause !== undefined) {
    return refuse('USING and NATURAL merge columns of two tables: write the columns with ON.');
  }
  if (join.larg === undefined || join.rarg === undefined) return refuse('A join lacks a side.');
  const left = readItem(join.larg, conditions, refuse);
  const right = readItem(join.rarg, conditions, refuse);
  const sees = [...left, ...right];
  if (join.quals !== undefined) {
    // A left join keeps every row of its left side, whatever ON says.
    conditions.push({ on: join.quals, sees, decides: join.jointype === 'JOIN_LEFT' ? right : sees });
  }
  return sees;
}
