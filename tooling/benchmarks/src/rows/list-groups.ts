import { openWireTap } from '../processes/wire-tap.ts';
import { WrongAnswersError } from '../measuring/take-turns.ts';
import { type Row, scimPath } from './row.ts';

/** `GET /Groups?excludedAttributes=members`, as Entra asks: what is not asked for is not read. */
export const listGroups: Row = {
  number: '10',
  async run(bench) {
    await using tap = await openWireTap(bench.database.url);
    await using gateway = await bench.startGateway(tap.url);
    const { measured } = bench.dataset;
    const list = async (): Promise<string> => {
      const answer = await fetch(`${gateway.url}${scimPath(measured)}/Groups?excludedAttributes=members`, {
        headers: { authorization: `Bearer ${measured.token}` },
      });
      if (answer.status === 200) return answer.text();
      throw new WrongAnswersError(`GET /Groups was answered with ${answer.status}: ${await answer.text()}`);
    };
    // The first request also looks up its token.
    await list();
    tap.take();
    const body = await list();
    const statements = tap.take().filter(({ text }) => /\bgroup(s|_members)\b/u.test(text));
    const groups = measured.smallGroups.count + measured.largeGroups.count;
    const shown = body.split('"resourceType":"Group"').length - 1;
    const rows = statements.reduce((sum, statement) => sum + statement.rows, 0);
    const readsMembers = statements.some(({ text }) => text.includes('group_members'));
    return [
      {
        row: '10',
        work: `GET /Groups?excludedAttributes=members, ${groups} groups`,
        target: `members not read: 1 statement, ${groups} rows`,
        found: `${statements.length} statement, ${rows} rows${readsMembers ? ', members read' : ''}`,
        isFact: true,
        ok: statements.length === 1 && rows === groups && shown === groups && !readsMembers,
      },
    ];
  },
};
