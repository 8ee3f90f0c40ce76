import type { PopulatedAccount } from '../dataset/dataset.ts';
import { WrongAnswersError } from '../measuring/take-turns.ts';
import type { Service } from '../processes/service.ts';
import { openWireTap, type Statement } from '../processes/wire-tap.ts';
import type { ResultLine } from '../report/report.ts';
import { type Row, scimPath } from './row.ts';

/** Lists of groups: what is not asked for is not read, and what is comes at once for the whole page. */
export const listGroups: Row = {
  number: '10',
  async run(bench) {
    await using tap = await openWireTap(bench.database.url);
    await using gateway = await bench.startGateway(tap.url);
    const read = async (account: PopulatedAccount, query: string): Promise<GroupList> => {
      // The first request also looks up its token.
      await answerTo(gateway, account, query);
      tap.take();
      const body = await answerTo(gateway, account, query);
      const statements = tap.take().filter(({ text }) => /\bgroup(s|_members)\b/u.test(text));
      return { statements, shown: body.split('"resourceType":"Group"').length - 1 };
    };
    const { measured, small } = bench.dataset;
    return [
      withoutMembers(await read(measured, '?excludedAttributes=members'), measured),
      withMembers(await read(small, ''), small),
    ];
  },
};

interface GroupList {
  /** Those that read groups or memberships. */
  readonly statements: readonly Statement[];
  /** How many groups the answer has. */
  readonly shown: number;
}

async function answerTo(gateway: Service, account: PopulatedAccount, query: string): Promise<string> {
  const answer = await fetch(`${gateway.url}${scimPath(account)}/Groups${query}`, {
    headers: { authorization: `Bearer ${account.token}` },
  });
  if (answer.status === 200) return answer.text();
  throw new WrongAnswersError(`GET /Groups was answered with ${answer.status}: ${await answer.text()}`);
}

/** As Entra asks. */
function withoutMembers({ statements, shown }: GroupList, account: PopulatedAccount): ResultLine {
  const groups = groupsOf(account);
  const rows = rowsOf(statements);
  const readsMembers = statements.some(isOfMembers);
  return {
    row: '10',
    work: `GET /Groups?excludedAttributes=members, ${groups} groups`,
    target: `members not read: 1 statement, ${groups} rows`,
    found: `${statements.length} statement, ${rows} rows${readsMembers ? ', members read' : ''}`,
    isFact: true,
    ok: statements.length === 1 && rows === groups && shown === groups && !readsMembers,
  };
}

function withMembers({ statements, shown }: GroupList, account: PopulatedAccount): ResultLine {
  const groups = groupsOf(account);
  const { smallGroups, largeGroups } = account;
  const members = smallGroups.count * smallGroups.size + largeGroups.count * largeGroups.size;
  const ofMembers = statements.filter(isOfMembers);
  const rows = rowsOf(ofMembers);
  return {
    row: '10',
    work: `GET /Groups, ${groups} groups with ${members} members`,
    target: `members of all: 1 statement, ${members} rows`,
    found: `${ofMembers.length} statement, ${rows} rows`,
    isFact: true,
    ok: statements.length === 2 && ofMembers.length === 1 && rows === members && shown === groups,
  };
}

function groupsOf({ smallGroups, largeGroups }: PopulatedAccount): number {
  return smallGroups.count + largeGroups.count;
}

function isOfMembers({ text }: Statement): boolean {
  return text.includes('group_members');
}

function rowsOf(statements: readonly Statement[]): number {
  return statements.reduce((sum, statement) => sum + statement.rows, 0);
}
