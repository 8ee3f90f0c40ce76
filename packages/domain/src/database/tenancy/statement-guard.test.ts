import { beforeAll, expect, test } from 'vitest';
import { currentAccount, inAccount } from './account-scope.ts';
import { loadStatementParser } from './inspect-statement.ts';
import { createStatementGuard } from './statement-guard.ts';

const ours = '01890000-0000-7000-8000-00000000000a';
const theirs = '01890000-0000-7000-8000-00000000000b';
const byId = 'select * from users where account_id = $1 and id = $2';
const member = `select u.id from users u join group_members m on m.user_id = u.id where u.account_id = $1 and m.account_id = $2`;
const everywhere = 'select slug from accounts /* every account: the list of the operator */';

const MOST_NAMES = 1000;

beforeAll(loadStatementParser);

test('a text keeps its name, and no two texts share one', () => {
  const guard = createStatementGuard(MOST_NAMES);
  const name = guard.check(byId, [ours, '1']);
  expect(guard.check(byId, [theirs, '2'])).toBe(name);
  expect(guard.check('select 1', undefined)).not.toBe(name);
});

test('a value that is no account id is refused', () => {
  const guard = createStatementGuard(MOST_NAMES);
  for (const values of [undefined, [], [null, '1'], [[ours], '1'], [7, '1']]) {
    expect(() => guard.check(byId, values)).toThrow(/\$1 holds no account id/u);
  }
});

test('two accounts in one statement are refused', () => {
  const guard = createStatementGuard(MOST_NAMES);
  expect(guard.check(member, [ours, ours])).toBeDefined();
  expect(() => guard.check(member, [ours, theirs])).toThrow(/\$2 names another account/u);
});

test('inside the work for one account every other account is refused, and its id is not told', () => {
  const guard = createStatementGuard(MOST_NAMES);
  inAccount(ours, () => {
    expect(guard.check(byId, [ours, '1'])).toBeDefined();
    expect(() => guard.check(byId, [theirs, '1'])).toThrow(/^(?!.*01890000).*\$1 names another account/su);
  });
});

test('the account stays set across awaits, apart from work that runs beside it', async () => {
  expect(await Promise.all([accountAfterAwait(ours), accountAfterAwait(theirs)])).toEqual([ours, theirs]);
  expect(currentAccount()).toBeUndefined();
});

test('the work for one account cannot turn into the work for another', () => {
  expect(inAccount(ours, () => inAccount(ours, currentAccount))).toBe(ours);
  expect(() => inAccount(ours, () => inAccount(theirs, currentAccount))).toThrow(
    /inside the work for another/u,
  );
});

test('a statement over every account runs only outside the work for one', () => {
  const guard = createStatementGuard(MOST_NAMES);
  expect(guard.check(everywhere, [])).toBeDefined();
  expect(() => inAccount(ours, () => guard.check(everywhere, []))).toThrow(/run it outside/u);
});

test('a refused text is refused each time, and its name goes to nobody', () => {
  const guard = createStatementGuard(MOST_NAMES);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(() => guard.check('select id from users', [])).toThrow(/not tied/u);
  }
  expect(guard.check('select 1', [])).toBe('rollcall_1');
});

test('only a bounded number of texts is ever prepared on the server; the others run unnamed and as well guarded', () => {
  const guard = createStatementGuard(MOST_NAMES);
  const names = new Set<string>();
  for (let text = 0; text < 2500; text += 1) {
    const name = guard.check(`select ${text}`, []);
    if (name !== undefined) names.add(name);
  }
  expect(names.size).toBe(MOST_NAMES);
  expect(guard.check('select 0', [])).toBe('rollcall_1');
  expect(guard.check(byId, [ours, '1'])).toBeUndefined();
  expect(() => guard.check(byId, [undefined, '1'])).toThrow(/no account id/u);
  expect(() => guard.check('select id from users', [])).toThrow(/not tied/u);
});

test('a very long text is guarded but never named', () => {
  const guard = createStatementGuard(MOST_NAMES);
  const long = `${byId} and user_name <> '${'x'.repeat(10_000)}'`;
  expect(guard.check(long, [ours, '1'])).toBeUndefined();
  expect(() => inAccount(theirs, () => guard.check(long, [ours, '1']))).toThrow(/another account/u);
});

async function accountAfterAwait(accountId: string): Promise<string | undefined> {
  return inAccount(accountId, async () => {
    await new Promise(setImmediate);
    return currentAccount();
  });
}
