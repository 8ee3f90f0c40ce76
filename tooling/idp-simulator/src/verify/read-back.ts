import { type Person, groupsOf, livingGroups } from '../directory/directory.ts';
import { inParallel } from '../http/in-parallel.ts';
import { type Reader, readEverything, readOnly } from '../http/list-response.ts';
import type { JsonObject } from '../http/json.ts';
import { equals } from '../identity-provider.ts';
import { NoAnswerError, UnexpectedAnswerError } from '../http/scim-client.ts';
import { compareGroups, groupDifferences } from './compare-groups.ts';
import { type Comparison, compareUsers, userDifferences } from './compare-users.ts';

/** Reading single resources tells whether they agree with the pages; more people than these tell nothing new. */
const peopleReadSingly = 100;

/** Reads everything back, page by page and singly, and says each difference from the directory. */
export async function readBack(
  reader: Reader,
  comparison: Comparison,
  connections: number,
): Promise<string[]> {
  const differences = new Set<string>();
  const check = async (work: () => Promise<readonly string[]>): Promise<void> => {
    for (const line of await unlessUnanswered(work)) differences.add(line);
  };
  await check(async () => compareUsers(comparison, await readEverything(reader, 'read back', '/Users')));
  await check(async () => compareGroups(comparison, await readEverything(reader, 'read back', '/Groups')));

  const { directory, links } = comparison;
  const people = [...directory.people.values()].filter(({ key }) => links.people.has(key));
  const sample = people.filter((_, index) => index % Math.ceil(people.length / peopleReadSingly) === 0);
  await inParallel(sample, connections, (person) => check(() => readPerson(reader, comparison, person)));
  await inParallel(livingGroups(directory), connections, (group) =>
    check(async () => {
      const id = links.groups.get(group.key);
      if (id === undefined) return [];
      const read = await readOne(reader, `/Groups/${encodeURIComponent(id)}`, [200]);
      return groupDifferences(comparison, group, read);
    }),
  );
  const purged = [...directory.people.values()].filter(
    ({ standing, rehiredAs }) => standing === 'purged' && rehiredAs === undefined,
  );
  await inParallel(comparison.kind === 'entra' ? purged : [], connections, ({ userName }) =>
    check(async () =>
      (await findByUserName(reader, userName)) ? [`deleted person ${userName} is still found`] : [],
    ),
  );
  const gone = [
    ...[...links.deletedUsers].map((id) => `/Users/${encodeURIComponent(id)}`),
    ...[...links.deletedGroups].map((id) => `/Groups/${encodeURIComponent(id)}`),
  ];
  await inParallel(gone, connections, (path) =>
    check(async () => {
      const read = await readOne(reader, path, [200, 404]);
      return 'id' in read ? [`deleted resource ${path} still answers`] : [];
    }),
  );
  return [...differences];
}

async function readPerson(reader: Reader, comparison: Comparison, person: Person): Promise<string[]> {
  const { directory, links } = comparison;
  const link = links.people.get(person.key);
  // A far side that brings a user back for somebody hired again has one user for two people of the directory.
  if (link === undefined || person.rehiredAs !== undefined) return [];
  const read = await readOne(reader, `/Users/${encodeURIComponent(link.id)}`, [200]);
  const lines = userDifferences(comparison, person, read);
  const found = await findByUserName(reader, person.userName.toUpperCase());
  if (found?.['id'] !== link.id) {
    lines.push(`person ${person.userName}: a lookup in capitals finds ${JSON.stringify(found?.['id'])}`);
  }
  if (!('groups' in read) && groupsOf(directory, person.key).length > 0) {
    lines.push(`person ${person.userName}: groups is absent from GET /Users/${link.id}`);
  }
  return lines;
}

async function findByUserName(reader: Reader, userName: string): Promise<JsonObject | undefined> {
  const filter = encodeURIComponent(equals('userName', userName));
  return readOnly(reader, 'read back', `/Users?filter=${filter}&startIndex=1&count=100`);
}

async function readOne(reader: Reader, path: string, expect: readonly number[]) {
  const { body } = await reader.send({ kind: 'read back', method: 'GET', path, expect });
  return body ?? {};
}

/** What was not answered as expected is in the journal, which fails the run by itself. */
async function unlessUnanswered(work: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof UnexpectedAnswerError || failure instanceof NoAnswerError) return [];
    throw failure;
  }
}
