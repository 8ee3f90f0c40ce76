import { join } from 'node:path';
import { z } from 'zod';
import { readKept, writeKept } from '../kept-file.ts';

const PERSON = z.object({
  /** The directory's own id: the subject of the person's tokens. */
  id: z.string().min(1).max(255),
  userName: z.string().min(1).max(320),
  email: z.string().min(1).max(320),
  givenName: z.string().max(200),
  familyName: z.string().max(200),
  /** Only those who are active can sign in. */
  state: z.enum(['active', 'suspended', 'deactivated']),
  groups: z.array(z.string().min(1).max(255)).max(10_000).readonly(),
});

export const PEOPLE = z.object({ people: z.array(PERSON).max(200_000).readonly() });

export type DirectoryPerson = z.infer<typeof PERSON>;

const PARTS = z.record(z.string(), PEOPLE.shape.people);

export type PeopleDirectory = {
  find(id: string): DirectoryPerson | undefined;
  /** In the order of their names; all of them for a blank `search`. */
  search(search: string): readonly DirectoryPerson[];
  /** The whole of what one simulated directory holds, in place of what it held before. */
  replacePart(part: string, people: readonly DirectoryPerson[]): void;
};

/**
 * The people of one issuer: those of the demo account, who are always there, and those whom simulators have named, which are
 * kept with the data of the stack. A simulator's directory is one part beside others, as it is in the account.
 */
export function openDirectory(file: string, demoPeople: readonly DirectoryPerson[]): PeopleDirectory {
  const parts = new Map(Object.entries(readKept(file, PARTS) ?? {}));
  let people = sorted(demoPeople, parts);

  return {
    find: (id) => people.find((person) => person.id === id),
    search: (search) => {
      const sought = search.trim().toLowerCase();
      return sought === '' ? people : people.filter((person) => searchText(person).includes(sought));
    },
    replacePart(part, replacement) {
      parts.set(part, replacement);
      writeKept(file, Object.fromEntries(parts));
      people = sorted(demoPeople, parts);
    },
  };
}

export function directoryFile(dataDir: string, slug: string): string {
  return join(dataDir, 'directories', `${slug}.json`);
}

function sorted(
  demoPeople: readonly DirectoryPerson[],
  parts: ReadonlyMap<string, readonly DirectoryPerson[]>,
): DirectoryPerson[] {
  const { compare } = new Intl.Collator('en');
  const simulated = [...parts.values()].flat().sort((a, b) => compare(fullName(a), fullName(b)));
  return [...demoPeople, ...simulated];
}

export function fullName({
  givenName,
  familyName,
}: Pick<DirectoryPerson, 'givenName' | 'familyName'>): string {
  return `${givenName} ${familyName}`.trim();
}

function searchText(person: DirectoryPerson): string {
  return [fullName(person), person.userName, person.email, ...person.groups].join('\n').toLowerCase();
}
