import { type Change, applyChange } from './changes.ts';
import {
  type Directory,
  type DirectorySettings,
  type Person,
  type Standing,
  isMisspelt,
  licenseTypes,
  livingGroups,
} from './directory.ts';
import { newGroup } from './found-directory.ts';
import { localPart, newMobile, newObjectKey, newPerson } from './new-person.ts';
import { type Random, seededRandom } from './random.ts';
import { cities, departments, familyNames, titles } from './vocabulary.ts';

/** What happens on one day: a pure function of the directory, the day's number and the settings. */
export function planDay(today: Directory, day: number, settings: DirectorySettings): Change[] {
  const draft = draftOf(today, day, settings);
  correctSlips(draft);
  hire(draft);
  marry(draft);
  changeAddresses(draft);
  advanceCareers(draft);
  changeLicenses(draft);
  suspendAndReinstate(draft);
  leaveAndReturn(draft);
  purgeAndRehire(draft);
  moveBetweenGroups(draft);
  changeGroups(draft);
  return draft.changes;
}

interface Draft {
  readonly day: number;
  readonly settings: DirectorySettings;
  readonly random: Random;
  readonly changes: Change[];
  directory: Directory;
  /** At least one, so that every kind of change happens in small directories too. */
  share(part: number): number;
  add(change: Change): void;
  /** People of this standing to whom nothing happened today: one turn of fate a day is enough. */
  idle(standing: Standing): Person[];
}

function draftOf(today: Directory, day: number, settings: DirectorySettings): Draft {
  const touched = new Set<string>();
  const draft: Draft = {
    day,
    settings,
    random: seededRandom(settings.tag, 'day', day),
    changes: [],
    directory: today,
    share: (part) => Math.max(1, Math.round(settings.people * part)),
    add: (change) => {
      if ('personKey' in change) touched.add(change.personKey);
      if ('person' in change) touched.add(change.person.key);
      if ('formerKey' in change) touched.add(change.formerKey);
      draft.directory = applyChange(draft.directory, change);
      draft.changes.push(change);
    },
    idle: (standing) =>
      [...draft.directory.people.values()].filter(
        (person) => person.standing === standing && !touched.has(person.key) && !isMisspelt(person),
      ),
  };
  return draft;
}

/** On the second day, so that a provider that retries meets the refusal more than once. */
function correctSlips(draft: Draft): void {
  if (draft.day < Math.min(2, draft.settings.days)) return;
  for (const person of draft.directory.people.values()) {
    if (isMisspelt(person)) {
      draft.add({ kind: 'update', personKey: person.key, set: { userName: person.email } });
    }
  }
}

function hire(draft: Draft): void {
  const count = draft.share(0.02);
  for (let index = 1; index <= count; index += 1) {
    const [manager] = draft.random.some(draft.idle('working'), 1);
    const serial = draft.settings.people + draft.day * 10_000 + index;
    const person = newPerson(draft.settings, draft.random, serial, manager?.key);
    draft.add({ kind: 'hire', person, groupKeys: someGroupKeys(draft, 3) });
  }
}

function marry(draft: Draft): void {
  for (const person of draft.random.some(draft.idle('working'), draft.share(0.01))) {
    const partner = draft.random.pick(familyNames);
    const address = addressFor(draft, person, partner.ascii);
    draft.add({
      kind: 'update',
      personKey: person.key,
      set: { familyName: `${person.familyName}-${partner.written}`, userName: address, email: address },
    });
  }
}

function changeAddresses(draft: Draft): void {
  for (const person of draft.random.some(draft.idle('working'), draft.share(0.01))) {
    const address = addressFor(draft, person, 'desk');
    draft.add({ kind: 'update', personKey: person.key, set: { userName: address, email: address } });
  }
}

function advanceCareers(draft: Draft): void {
  const { random } = draft;
  for (const person of random.some(draft.idle('working'), draft.share(0.03))) {
    const place = random.pick(cities);
    draft.add({
      kind: 'update',
      personKey: person.key,
      set: {
        title: `Senior ${random.pick(titles)}`,
        department: random.pick(departments),
        mobile: newMobile(random),
        city: place.city,
        country: place.country,
      },
    });
  }
}

function changeLicenses(draft: Draft): void {
  if (!draft.settings.licenses) return;
  for (const person of draft.random.some(draft.idle('working'), draft.share(0.02))) {
    const licenseType = draft.random.pick(licenseTypes);
    draft.add({ kind: 'update', personKey: person.key, set: { licenseType } });
  }
}

function suspendAndReinstate(draft: Draft): void {
  const back = draft.random.some(draft.idle('suspended'), draft.share(0.005));
  for (const person of back) draft.add({ kind: 'reinstate', personKey: person.key });
  const away = draft.random.some(draft.idle('working'), draft.share(0.01));
  for (const person of away) draft.add({ kind: 'suspend', personKey: person.key });
}

function leaveAndReturn(draft: Draft): void {
  const back = draft.random.some(draft.idle('left'), draft.share(0.005));
  for (const person of back) draft.add({ kind: 'return', personKey: person.key });
  // One more than return, so that somebody is left to be purged in small directories too.
  const away = draft.random.some(draft.idle('working'), 1 + draft.share(0.02));
  for (const person of away) draft.add({ kind: 'leave', personKey: person.key });
}

function purgeAndRehire(draft: Draft): void {
  const again = draft.random.some(
    draft.idle('purged').filter((person) => person.rehiredAs === undefined),
    draft.share(0.005),
  );
  for (const former of again) {
    const person: Person = {
      ...former,
      key: newObjectKey(draft.settings, draft.random),
      standing: 'working',
      managerKey: undefined,
    };
    draft.add({ kind: 'rehire', formerKey: former.key, person, groupKeys: someGroupKeys(draft, 2) });
  }
  for (const person of draft.random.some(draft.idle('left'), draft.share(0.005))) {
    releaseReports(draft, person);
    draft.add({ kind: 'purge', personKey: person.key });
  }
}

/** A manager who no longer exists cannot stay anyone's manager; Okta pushes no profile of people who left. */
function releaseReports(draft: Draft, manager: Person): void {
  const forgotten: readonly Standing[] = draft.settings.kind === 'okta' ? ['purged', 'left'] : ['purged'];
  for (const report of draft.directory.people.values()) {
    if (report.managerKey === manager.key && !forgotten.includes(report.standing)) {
      draft.add({ kind: 'update', personKey: report.key, set: { managerKey: undefined } });
    }
  }
}

function moveBetweenGroups(draft: Draft): void {
  for (const person of draft.random.some(draft.idle('working'), draft.share(0.04))) {
    const groups = draft.random.some(livingGroups(draft.directory), draft.settings.groups);
    const from = groups.find((group) => group.members.has(person.key));
    const to = groups.find((group) => !group.members.has(person.key));
    if (from) draft.add({ kind: 'quit', personKey: person.key, groupKey: from.key });
    if (to) draft.add({ kind: 'join', personKey: person.key, groupKey: to.key });
  }
}

function changeGroups(draft: Draft): void {
  const { random, settings, day } = draft;
  const [renamed, removed, pushed] = random.some(livingGroups(draft.directory).slice(1), 3);
  if (renamed) draft.add({ kind: 'rename-group', groupKey: renamed.key });
  if (removed && day % 2 === 0) draft.add({ kind: 'remove-group', groupKey: removed.key });
  if (pushed && settings.kind === 'okta') draft.add({ kind: 'push-now', groupKey: pushed.key });
  const members = day % 2 === 0 ? [] : random.some(draft.idle('working'), 4).map(({ key }) => key);
  draft.add({ kind: 'form-group', group: newGroup(settings, random, `Task Force ${day}`, members) });
}

function someGroupKeys(draft: Draft, most: number): string[] {
  const groups = draft.random.some(livingGroups(draft.directory), 1 + draft.random.below(most));
  return groups.map((group) => group.key);
}

/** A new address in the same domain that nobody in this directory ever had: the employee number and the day are in it. */
function addressFor(draft: Draft, person: Person, name: string): string {
  const domain = person.email.split('@')[1] ?? draft.settings.domain;
  const local = localPart(draft.settings, `${name}.day${draft.day}`, Number(person.employeeNumber));
  return `${local}@${domain}`;
}
