import type { Node } from 'libpg-query';

/** What the guard must look at inside expressions. */
export interface ExpressionParts {
  /** Each SELECT inside, with whatever stands around it already walked. */
  subqueries: readonly Node[];
}

// These read files, other databases, or the tables that a text names: no condition in the statement could bind them.
const functionsThatReadByName =
  /^(?:(?:query|table|schema|database|cursor)_to_xml|ts_stat|ts_rewrite|dblink|pg_read_|pg_ls_|lo_)/u;
const functionSchemas: ReadonlySet<string | undefined> = new Set(['pg_catalog', 'graphile_worker']);

/** Collects the subqueries of expressions, however deep; `refuse` ends what no condition could bind to an account. */
export function subqueriesIn(expressions: unknown, refuse: (problem: string) => never): Node[] {
  const found: Node[] = [];
  walk(expressions, found, refuse);
  return found;
}

function walk(value: unknown, found: Node[], refuse: (problem: string) => never): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) walk(item, found, refuse);
    return;
  }
  if (isNode(value, 'SubLink')) {
    const { subselect, testexpr } = value.SubLink;
    if (subselect !== undefined) found.push(subselect);
    walk(testexpr, found, refuse);
    return;
  }
}
