import type { Node } from 'libpg-query';
import { accountValueOf, type AccountValue, type Relation, type Scope } from './relations.ts';

/** A condition that must hold for a row to come through, and the relations whose rows it decides. */
export interface Condition {
  expression: Node;
  scope: Scope;
  decides: readonly Relation[];
}

/**
 * Ties each relation that AND-ed equality connects with an account parameter or with a tied relation.
 * Adds the parameters that were compared with account columns to `accountParameters`.
 */
export function tieRelations(conditions: readonly Condition[], accountParameters: Set<number>): void {
  let progress = true;
  while (progress) {
    progress = false;
    for (const condition of conditions) {
      for (const [left, right] of accountEqualities(condition)) {
        progress = tie(left, right, condition) || tie(right, left, condition) || progress;
        for (const parameter of [...left.parameters, ...right.parameters]) accountParameters.add(parameter);
      }
    }
  }
}

function tie(value: AccountValue, other: AccountValue, condition: Condition): boolean {
  const { relation } = value;
  if (relation === undefined || relation.tied || !condition.decides.includes(relation)) return false;
  if (other.relation !== undefined && !other.relation.tied) return false;
  relation.tied = true;
  return true;
}

function accountEqualities(condition: Condition): [AccountValue, AccountValue][] {
  return equalities(condition.expression).flatMap(([leftSide, rightSide]) => {
    const left = accountValueOf(leftSide, condition.scope);
    const right = accountValueOf(rightSide, condition.scope);
    const namesAColumn = left?.relation !== undefined || right?.relation !== undefined;
    return left !== undefined && right !== undefined && namesAColumn ? [[left, right]] : [];
  });
}

/** The equalities that hold whenever the expression is true: `a = b`, `(a, b) = (c, d)`, and those joined by AND. */
function equalities(expression: Node): [Node, Node][] {
  if ('BoolExpr' in expression) {
    return expression.BoolExpr.boolop === 'AND_EXPR'
      ? (expression.BoolExpr.args ?? []).flatMap(equalities)
      : [];
  }
  if (!('A_Expr' in expression) || expression.A_Expr.kind !== 'AEXPR_OP') return [];
  const { name, lexpr, rexpr } = expression.A_Expr;
  if (lexpr === undefined || rexpr === undefined || !isPlainEquals(name)) return [];
  if ('RowExpr' in lexpr && 'RowExpr' in rexpr) {
    const others = rexpr.RowExpr.args ?? [];
    return (lexpr.RowExpr.args ?? []).flatMap((item, index): [Node, Node][] => {
      const other = others[index];
      return other === undefined ? [] : [[item, other]];
    });
  }
  return [[lexpr, rexpr]];
}

/** An operator of another schema may be called `=` and mean anything. */
function isPlainEquals(name: readonly Node[] | undefined): boolean {
  const [only] = name ?? [];
  return name?.length === 1 && only !== undefined && 'String' in only && only.String.sval === '=';
}
