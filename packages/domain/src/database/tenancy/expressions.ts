import type { FuncCall, Node, SubLink } from 'libpg-query';

// They run a text, or read tables, files and servers by a name in it: no condition beside them could bind an account.
const functionsThatReadByName =
  /^(?:(?:query|table|schema|database|cursor)_to_xml|ts_stat|ts_rewrite|dblink|pg_read_|pg_ls_|lo_)/u;
const functionSchemas: ReadonlySet<string | undefined> = new Set(['pg_catalog', 'graphile_worker']);

/** Collects the subqueries of any part of a syntax tree; `refuse` ends what could read rows in another way. */
export function subqueriesIn(part: unknown, refuse: (problem: string) => never): Node[] {
  const subqueries: Node[] = [];
  // A loop, since a client's filter may nest deeper than the stack allows.
  const pending: unknown[] = [part];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (isSubLink(next)) {
      const { subselect, ...rest } = next.SubLink;
      if (subselect !== undefined) subqueries.push(subselect);
      pending.push(rest);
      continue;
    }
    // FOR UPDATE OF names only what FROM has named already.
    if ('LockingClause' in next) continue;
    if (isFunctionCall(next)) judgeFunction(next.FuncCall, refuse);
    for (const [key, child] of Object.entries(next)) {
      if (key === 'RangeVar' || key.endsWith('Stmt'))
        refuse(`A ${key} stands where only an expression can be judged.`);
      pending.push(child);
    }
  }
  return subqueries;
}

function judgeFunction(call: FuncCall, refuse: (problem: string) => never): void {
  const names = (call.funcname ?? []).map((part) => ('String' in part ? part.String.sval : undefined));
  const name = names.at(-1) ?? '';
  const schema = names.at(-2);
  if (functionsThatReadByName.test(name)) {
    refuse(`The function ${name} reads what no condition can tie to an account: use plain SQL.`);
  }
  if (names.length > 1 && !functionSchemas.has(schema)) {
    refuse(
      `The function ${schema ?? ''}.${name} is not known to keep accounts apart: list its schema in the tenancy guard.`,
    );
  }
}

// The tree is the parser's own: the key of a node names its type.
function isSubLink(part: object): part is { SubLink: SubLink } {
  return 'SubLink' in part;
}

function isFunctionCall(part: object): part is { FuncCall: FuncCall } {
  return 'FuncCall' in part;
}
