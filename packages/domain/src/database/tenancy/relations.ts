import type { Node } from 'libpg-query';

/** What a name in FROM stands for. */
export interface Relation {
  readonly alias: string;
  /** Set for a tenant table: its rows may be anyone's until a condition ties it. */
  readonly tenantTable: string | undefined;
  /** Columns that hold an account id and nothing else, each with the parameters that its value may come from. */
  accountColumns: ReadonlyMap<string, readonly number[]>;
  tied: boolean;
}

/** The names that an expression can use, from the innermost query level outwards. */
export interface Scope {
  readonly relations: readonly Relation[];
  readonly commonTables: ReadonlyMap<string, Output>;
  readonly outer: Scope | undefined;
}

export interface OutputColumn {
  readonly name: string | undefined;
  /** Undefined unless the column holds an account id; else the parameters that it may come from. */
  readonly accountFrom: readonly number[] | undefined;
}

/** What a query hands out. After a star, columns are known by name only. */
export interface Output {
  readonly columns: readonly OutputColumn[];
  readonly countable: boolean;
}

/** A parameter, or a relation's account column with the parameters behind it. */
export interface AccountValue {
  readonly relation: Relation | undefined;
  readonly parameters: readonly number[];
}

/** The account id that an expression may be: a parameter, cast or not, or a relation's account column. */
export function accountValueOf(expression: Node, scope: Scope): AccountValue | undefined {
  if ('ColumnRef' in expression) return accountColumn(expression.ColumnRef.fields ?? [], scope);
  const parameter = parameterOf(expression);
  return parameter === undefined ? undefined : { relation: undefined, parameters: [parameter] };
}

/** The first relation of that name, as PostgreSQL looks it up: the innermost level wins. */
export function findRelation(alias: string | undefined, scope: Scope): Relation | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    const relation = level.relations.find((candidate) => candidate.alias === alias);
    if (relation !== undefined) return relation;
  }
  return undefined;
}

/** A subquery, common table or function in FROM: inspected by itself, so its rows are free to use. */
export function derivedRelation(alias: string, output: Output): Relation {
  return { alias, tenantTable: undefined, accountColumns: accountColumnsOf(output), tied: true };
}

export function accountColumnsOf(output: Output): ReadonlyMap<string, readonly number[]> {
  const columns = new Map<string, readonly number[]>();
  for (const { name, accountFrom } of output.columns) {
    if (name === undefined || accountFrom === undefined) continue;
    // Any parameter could be an account id; only one that is handed out under this name is meant as such.
    if (accountFrom.length === 0 || name === 'account_id') columns.set(name, accountFrom);
  }
  return columns;
}

/** The output under the names of an alias list: `as t(a, b)`. */
export function renameColumns(output: Output, names: readonly Node[] | undefined): Output {
  if (names === undefined) return output;
  if (!output.countable) return { columns: [], countable: false };
  const columns = output.columns.map((column, index) => {
    const name = names[index];
    return name !== undefined && 'String' in name ? { ...column, name: name.String.sval } : column;
  });
  return { columns, countable: true };
}

function accountColumn(fields: readonly Node[], scope: Scope): AccountValue | undefined {
  const names = fields.map((field) => ('String' in field ? field.String.sval : undefined));
  const [first, second] = names;
  if (names.length === 2) return columnOf(findRelation(first, scope), second);
  return names.length === 1 ? unqualifiedColumn(first, scope) : undefined;
}

/** PostgreSQL refuses an ambiguous name, so a name that one relation certainly has can only be that relation's. */
function unqualifiedColumn(name: string | undefined, scope: Scope): AccountValue | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    const relation = level.relations.find((candidate) => columnOf(candidate, name) !== undefined);
    if (relation !== undefined) return columnOf(relation, name);
    // Any relation here might have such a column that is no account id: outer levels must not answer for it.
    if (level.relations.length > 0) return undefined;
  }
  return undefined;
}

function columnOf(relation: Relation | undefined, name: string | undefined): AccountValue | undefined {
  const parameters = name === undefined ? undefined : relation?.accountColumns.get(name);
  return parameters === undefined ? undefined : { relation, parameters };
}

function parameterOf(expression: Node): number | undefined {
  // An account column is a uuid: a parameter cast to anything else cannot be compared with it.
  if ('TypeCast' in expression) return expression.TypeCast.arg && parameterOf(expression.TypeCast.arg);
  return 'ParamRef' in expression ? expression.ParamRef.number : undefined;
}
