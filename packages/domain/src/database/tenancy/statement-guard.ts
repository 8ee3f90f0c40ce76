import { currentAccount } from './account-scope.ts';
import { inspectStatement, type StatementVerdict } from './inspect-statement.ts';
import { TenancyError } from './tenancy-error.ts';

export interface StatementGuard {
  /**
   * Throws TenancyError unless the statement, with these values, touches rows of one account only: the current one
   * where `inAccount` set it. Returns the text's name as a prepared statement, or undefined for "send it unnamed".
   */
  check(sql: string, values: readonly unknown[] | undefined): string | undefined;
}

interface JudgedStatement {
  name: string | undefined;
  verdict: StatementVerdict;
}

const mostRememberedTexts = 1000;
// Longer texts are made for one occasion (lists of values, a client's filter): they are judged each time.
const longestRememberedText = 10_000;

/**
 * One guard serves one pool, so that a name means one text on each of its connections. A name is never given up: servers keep
 * what was prepared under it. So only the first `mostNames` texts get one; filters that clients invent cannot fill the server.
 */
export function createStatementGuard(mostNames: number): StatementGuard {
  const named = new Map<string, JudgedStatement>();
  const unnamed = new Map<string, JudgedStatement>();

  function judge(sql: string): JudgedStatement {
    const verdict = inspectStatement(sql);
    if (sql.length > longestRememberedText) return { name: undefined, verdict };
    if (named.size < mostNames) {
      const judged = { name: `rollcall_${named.size + 1}`, verdict };
      named.set(sql, judged);
      return judged;
    }
    const [oldest] = unnamed.keys();
    if (unnamed.size >= mostRememberedTexts && oldest !== undefined) unnamed.delete(oldest);
    const judged = { name: undefined, verdict };
    unnamed.set(sql, judged);
    return judged;
  }

  return {
    check(sql, values) {
      const { name, verdict } = named.get(sql) ?? unnamed.get(sql) ?? judge(sql);
      if (verdict.tenant) checkAccount(verdict, sql, values);
      return name;
    },
  };
}

function checkAccount(
  verdict: StatementVerdict & { tenant: true },
  sql: string,
  values: readonly unknown[] = [],
): void {
  const current = currentAccount();
  if ('everyAccount' in verdict) {
    if (current === undefined) return;
    throw new TenancyError(
      'A statement over every account ran inside the work for one account: run it outside.',
      sql,
    );
  }
  let account: unknown = current;
  for (const parameter of verdict.accountParameters) {
    const value = values[parameter - 1];
    account ??= value;
    if (typeof value !== 'string' || value !== account) {
      throw new TenancyError(mismatch(parameter, value, current), sql);
    }
  }
}

/** Values stay out of the message: it must not carry one account's id into another's log. */
function mismatch(parameter: number, value: unknown, current: string | undefined): string {
  if (typeof value !== 'string') return `The account parameter $${parameter} holds no account id.`;
  return current === undefined
    ? `The account parameter $${parameter} names another account than those before it.`
    : `The account parameter $${parameter} names another account than the one whose work this is.`;
}
