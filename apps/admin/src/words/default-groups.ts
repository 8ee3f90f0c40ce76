const people = (amount: number): string =>
  amount === 1 ? '1 person' : `${amount.toLocaleString('en')} people`;

export const defaultGroups = { OWNER: 'Owner', MEMBER: 'Member', EVERYONE: 'Everyone' } as const;

export const cleanupStates = {
  PLANNED: 'Planned',
  RUNNING: 'At work',
  APPLIED: 'Applied',
  CANCELLED: 'Stopped',
  UNDOING: 'Being undone',
  UNDONE: 'Undone',
} as const;

export const decisions = { LEAVE: 'Leaves', KEEP: 'Stays' } as const;

export const keptReasons = {
  LAST_ACCOUNT_ADMIN: 'Nobody else would administer the account',
  NO_OTHER_GROUP: 'They would be in no group at all',
  NOT_SCIM_MANAGED: 'The identity provider does not manage them',
  APPLIES_IT: 'Whoever plans or applies a cleanup stays in Owner; another administrator takes them out',
} as const;

export const outcomes = {
  REMOVED: 'Taken out',
  KEPT: 'Kept after all',
  GONE: 'Had left already',
  RESTORED: 'Put back',
  RETURNED: 'Had come back already',
  PERSON_GONE: 'The person is gone',
} as const;

export const words = {
  title: 'Default groups',
  purpose:
    'The groups that each account begins with. The identity provider does not see them, so it cannot take anybody out of them.',
  caption: 'Default groups',
  columns: {
    group: 'Group',
    members: 'Members',
    carries: 'Gives',
    joined: 'Newcomers join',
    act: 'Actions',
  },
  nothing: 'Nothing but the own profile',
  atLeast: (amount: number) => `More than ${amount.toLocaleString('en')}`,
  membersOf: (group: string, amount: string) => `${group}: ${amount} members`,
  joined: {
    label: (group: string) => `Newcomers join ${group} when they first sign in`,
    on: 'On',
    off: 'Off',
    turnOnTitle: (group: string) => `Have newcomers join ${group}?`,
    turnOnWarning: (group: string, sets: string) =>
      `From now on, whoever SSO group mappings apply to joins ${group} when they sign in, and gets: ${sets}.`,
    turnOn: 'Switch on',
    rests: 'While SCIM is on, people whom the identity provider manages join none of them.',
  },
  gone: 'All default groups were deleted. Undoing the cleanup that emptied them makes them again.',
  delete: {
    action: 'Delete',
    actionOf: (group: string) => `Delete ${group}`,
    title: (group: string) => `Delete the default group ${group}?`,
    warning:
      'The group is gone with what it gives and its SSO group mapping, and its name is free, also for the identity provider. Only undoing the cleanup that emptied it makes it again.',
  },
  plan: {
    title: 'Clean up',
    help: 'Once your groups come from the identity provider, whoever is left in these groups still has what they give. A cleanup takes people out: first a plan to look at, then a background job, which can be undone for 30 days.',
    groups: 'Groups that people leave',
    keepUnmanaged: 'Keep people whom the identity provider does not manage',
    turnOff: 'No longer have newcomers join these groups',
    turnOffHelp: 'Otherwise sign-ins fill the groups again.',
    action: 'Make a plan',
    nothingYet: 'Planning changes nothing.',
    none: 'Choose at least one group.',
  },
  past: {
    title: 'Plans and cleanups',
    caption: 'Plans and cleanups',
    columns: { planned: 'Planned', by: 'By', state: 'State', leaving: 'Leave', undo: 'Can be undone until' },
    empty: 'There was no cleanup yet.',
  },
} as const;

export const cleanup = {
  title: 'Cleanup of default groups',
  planned: (name: string) => `Planned by ${name}`,
  back: 'All default groups',
  steps: {
    label: 'Steps of the cleanup',
    plan: 'Plan',
    review: 'Look who leaves and who stays',
    apply: 'Apply',
    done: 'Done, can be undone for 30 days',
  },
  nothingYet: 'Nothing has changed yet. The plan can be applied for 24 hours.',
  groups: {
    title: 'Groups',
    caption: 'How many people leave and stay, for each group',
    columns: { group: 'Group', carries: 'Gives', leaving: 'Leave', kept: 'Stay', joined: 'Newcomers join' },
    leavingOf: (group: string, amount: number) => `${group}: ${people(amount)} leave`,
    keptOf: (group: string, amount: number) => `${group}: ${people(amount)} stay`,
    turnedOff: 'On; the cleanup switches it off',
  },
  lost: {
    title: 'What people lose',
    none: 'Nobody loses anything that no other group gives them.',
    set: (amount: number, set: string) => `${people(amount)}: ${set}`,
  },
  fillsAgain:
    'Sign-ins will fill the groups again, since newcomers go on joining them. Make a plan that switches this off.',
  options: {
    keepUnmanaged: 'People whom the identity provider does not manage',
    keep: 'Stay where they are',
    leave: 'Leave as well',
    turnOff: 'Newcomers',
    joinNoLonger: 'No longer join these groups',
    goOnJoining: 'Go on joining them',
  },
  people: {
    title: 'People',
    caption: 'Who leaves, who stays, and why',
    group: 'Group',
    planned: 'Plan',
    outcome: 'What became of it',
    columns: {
      who: 'Who',
      group: 'Group',
      planned: 'Plan',
      why: 'Why, or what they lose',
      outcome: 'Outcome',
    },
    losesNothing: 'Loses nothing that no other group gives',
    loses: (sets: string) => `Loses: ${sets}`,
    empty: 'Nobody is in these groups.',
  },
  apply: {
    action: 'Apply the plan',
    title: 'Apply this plan?',
    what: (leaving: number) =>
      `A background job makes ${leaving === 1 ? '1 membership' : `${leaving.toLocaleString('en')} memberships`} end. You can watch it, stop it, and undo it for 30 days.`,
    turnOff: 'Newcomers no longer join these groups.',
    again: 'Make a new plan like this one',
  },
  cancel: {
    action: 'Stop',
    title: 'Stop this cleanup?',
    what: 'Whoever has left by now stays out; the others stay in. What it took away can be undone for 30 days.',
  },
  undo: {
    action: 'Undo',
    title: 'Undo this cleanup?',
    what: 'A background job puts back exactly the memberships and settings that the cleanup took away, and makes deleted default groups again. People who are gone since are skipped and named.',
    until: 'It can be undone until',
  },
  work: { result: 'What became of it', undone: 'What undoing did' },
  goOn: 'Go on where it stopped',
} as const;
