import { groupIds, type Groups } from '../dataset/groups.ts';
import { type FirstSyncWork, requestsOf } from '../load/first-sync.ts';
import { runJob } from '../measuring/take-turns.ts';
import type { Service } from '../processes/service.ts';
import { type Bench, floorJob, floorPath, productJob, type Row, scimPath } from './row.ts';

const CONNECTIONS = 8;
const TIMES = 3;

/** Entra ID's first synchronization of an empty account, beside the statements that write the same rows. */
export const firstSync: Row = {
  number: '14',
  async run(bench) {
    await using gateway = await bench.startGateway();
    const { users, groups, membersOfEach } = bench.sizes.firstSync;
    const floor = await writeRows(bench);
    const product = await synchronize(bench, gateway);
    const found = await countOf(bench);
    const slower = product / floor;
    const memberships = groups * membersOfEach;
    const work = `first synchronization: ${users} users, ${groups} groups, ${memberships} memberships`;
    const peakMemory = gateway.peakMemory();
    return [
      {
        row: '14',
        work,
        ratio: slower,
        ...(peakMemory !== undefined && { peakMemory }),
        target: `≤ ${TIMES.toFixed(1)} of F-write and F-members`,
        ok: slower <= TIMES,
      },
      {
        row: '14',
        work: 'everything of the first synchronization',
        target: 'all of it is there',
        found: `${found.users}, ${found.groups} and ${found.memberships} in ${product.toFixed(1)} s, by the floors in ${floor.toFixed(1)} s`,
        isFact: true,
        ok: found.users === users && found.groups === groups && found.memberships === memberships,
      },
    ];
  },
};

/** Seconds that the synchronization takes by HTTP, look-ups included. */
async function synchronize(bench: Bench, gateway: Service): Promise<number> {
  const { firstSync: account } = bench.dataset;
  const sizes = bench.sizes.firstSync;
  const base = scimPath(account);
  const run = async (work: FirstSyncWork): Promise<number> => {
    const { seconds } = await runJob(bench, {
      ...productJob(bench, gateway, account, work),
      connections: CONNECTIONS,
      bound: { requests: requestsOf(work) },
    });
    return seconds;
  };
  const people = await run({ kind: 'syncUsers', base, users: sizes.users });
  const groups = await run({ kind: 'syncGroups', base, groups: sizes.groups });
  // Entra knows the ids from the answers.
  const members = await run({
    kind: 'syncMembers',
    base,
    groupIds: await idsIn(bench, 'groups'),
    userIds: await idsIn(bench, 'users'),
    membersOfEach: sizes.membersOfEach,
    membersAtOnce: sizes.membersAtOnce,
  });
  return people + groups + members;
}

/** Far from whatever other rows create. */
const FIRST_PERSON = 600_000_000;
const FIRST_GROUP = 100_000;

/** Seconds that the floors take for the same users and memberships, in groups that are there already. */
async function writeRows(bench: Bench): Promise<number> {
  const { floor } = bench.dataset;
  const { users, groups: count, membersOfEach, membersAtOnce } = bench.sizes.firstSync;
  const groups: Groups = { people: floor.people, from: FIRST_GROUP, count, size: 0 };
  await bench.database.client.query(
    `insert into groups (account_id, id, display_name, scim_managed, created_at, updated_at)
      select $1, id, 'Floor ' || id, true, now(), now() from unnest($2::uuid[]) as given (id)`,
    [floor.id, groupIds(groups)],
  );
  const base = floorPath(floor);
  const people = await runJob(bench, {
    ...floorJob(bench, { kind: 'createUser', base, path: 'users' }),
    from: FIRST_PERSON,
    connections: CONNECTIONS,
    bound: { requests: users },
  });
  const members = await runJob(bench, {
    ...floorJob(bench, { kind: 'floorMembers', base, groups, members: membersAtOnce }),
    connections: CONNECTIONS,
    bound: { requests: count * Math.ceil(membersOfEach / membersAtOnce) },
  });
  return people.seconds + members.seconds;
}

async function idsIn({ database, dataset }: Bench, table: 'users' | 'groups'): Promise<string[]> {
  const shown = table === 'users' ? 'in_scim' : 'default_group is null';
  const { rows } = await database.client.query<{ id: string }>(
    `select id from ${table} where account_id = $1 and ${shown} order by id`,
    [dataset.firstSync.id],
  );
  return rows.map((row) => row.id);
}

async function countOf({ database, dataset }: Bench) {
  const { rows } = await database.client.query<{ users: number; groups: number; memberships: number }>(
    `select (select count(*)::int from users where account_id = $1 and in_scim) as users,
      (select count(*)::int from groups where account_id = $1 and default_group is null) as groups,
      (select count(*)::int from group_members m join groups g on g.account_id = m.account_id and g.id = m.group_id
        where m.account_id = $1 and g.default_group is null) as memberships`,
    [dataset.firstSync.id],
  );
  return rows[0] ?? { users: 0, groups: 0, memberships: 0 };
}
