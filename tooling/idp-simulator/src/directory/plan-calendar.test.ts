import { describe, expect, it } from 'vitest';
import type { Change } from './changes.ts';
import { type DirectorySettings, livingGroups } from './directory.ts';
import { planCalendar } from './plan-calendar.ts';

const okta: DirectorySettings = {
  kind: 'okta',
  people: 200,
  groups: 25,
  days: 5,
  domain: 'acme.example',
  outside: 0,
  licenses: true,
  tag: 'x7k2q',
};

it('the same settings give the same people, groups and days', () => {
  expect(planCalendar(okta)).toEqual(planCalendar(okta));
});

it('another tag gives other people', () => {
  const [some, others] = ['aaaaa', 'bbbbb'].map((tag) => new Set(foundingNames({ ...okta, tag })));
  expect(some?.isDisjointFrom(others ?? new Set())).toBe(true);
});

it('planning more days leaves the earlier ones as they were', () => {
  const some = planCalendar({ ...okta, days: 2 }).days;
  expect(planCalendar({ ...okta, days: 4 }).days.slice(0, 2)).toEqual(some);
});

const everyKind: readonly Change['kind'][] = [
  'hire',
  'rehire',
  'update',
  'suspend',
  'reinstate',
  'leave',
  'return',
  'purge',
  'join',
  'quit',
  'form-group',
  'rename-group',
  'remove-group',
];

describe.each(['okta', 'entra'] as const)('%s', (kind) => {
  it('every kind of change happens in a run of the default size', () => {
    const { days } = planCalendar({ ...okta, kind });
    const kinds = new Set(days.flatMap((day) => day.changes.map((change) => change.kind)));
    expect(kinds).toEqual(new Set(kind === 'okta' ? [...everyKind, 'push-now'] : everyKind));
  });

  it('directories of any size keep their invariants on each day', () => {
    for (const people of [1, 2, 3, 7, 31]) {
      for (const groups of [1, 2, 3, 9]) {
        const { days } = planCalendar({ ...okta, kind, people, groups, days: 6, outside: 25 });
        for (const { directory } of days) {
          for (const group of livingGroups(directory)) {
            const standings = [...group.members].map((key) => directory.people.get(key)?.standing);
            expect(standings).not.toContain(undefined);
            expect(standings).not.toContain('purged');
          }
          const names = [...directory.people.values()]
            .filter((person) => person.rehiredAs === undefined)
            .map((person) => person.userName.toLowerCase());
          expect(new Set(names).size).toBe(names.length);
        }
      }
    }
  });

  it('after the last day every user name is an address that carries the tag', () => {
    const { days } = planCalendar({ ...okta, kind });
    for (const person of days.at(-1)?.directory.people.values() ?? []) {
      expect(person.userName).toMatch(/^[^@\s]+\.x7k2q@acme\.example$/);
      expect(person.email).toBe(person.userName);
    }
  });
});

it('a push now drops the members who left', () => {
  for (const { changes, directory } of planCalendar({ ...okta, days: 8 }).days) {
    for (const change of changes) {
      if (change.kind !== 'push-now') continue;
      const members = [...(directory.groups.get(change.groupKey)?.members ?? [])];
      expect(members.map((key) => directory.people.get(key)?.standing)).not.toContain('left');
    }
  }
});

it('addresses outside the verified domain come only when asked for', () => {
  const inside = /@acme\.example$/;
  expect(foundingEmails({ ...okta, outside: 0 }).filter((email) => !inside.test(email))).toEqual([]);
  expect(foundingEmails({ ...okta, outside: 100 }).filter((email) => inside.test(email))).toEqual([]);
});

function foundingNames(settings: DirectorySettings): string[] {
  return [...planCalendar(settings).founding.people.values()].map((person) => person.userName);
}

function foundingEmails(settings: DirectorySettings): string[] {
  return [...planCalendar(settings).founding.people.values()].map((person) => person.email);
}
