const people = (amount: number): string =>
  amount === 1 ? '1 person' : `${amount.toLocaleString('en')} people`;
const memberships = (amount: number): string =>
  amount === 1 ? '1 membership' : `${amount.toLocaleString('en')} memberships`;

/** What workers do, by the names of their tasks. */
export const tasks = {
  'send-mail': 'Send a mail',
  'queue-alert-mails': 'Queue mails about alerts',
  'warn-of-token-expiry': 'Warn of tokens that expire',
  'end-expired-invitations': 'End expired invitations',
  'delete-old-records': 'Delete old records',
} as const;

/** What jobs do, by their kind. */
export const jobKinds = {
  'default-group-cleanup': 'Clean up default groups',
  'default-group-cleanup-undo': 'Undo a cleanup of default groups',
  'recalculate-licenses': 'Decide licenses anew',
  'delete-schema-values': 'Delete the values of a schema',
} as const;

export const jobStates = {
  QUEUED: 'Waiting',
  RUNNING: 'Running',
  SUCCEEDED: 'Done',
  FAILED: 'Failed',
} as const;

/** What a job came to, by the names of its numbers. */
export const jobResults: Readonly<Record<string, (amount: number) => string>> = {
  removed: (amount) => `${memberships(amount)} taken away`,
  kept: (amount) => `${memberships(amount)} kept after all`,
  gone: (amount) => `${memberships(amount)} had gone already`,
  pending: (amount) => `${memberships(amount)} not come to`,
  restored: (amount) => `${memberships(amount)} put back`,
  returned: (amount) => `${memberships(amount)} had come back already`,
  personGone: (amount) => `${memberships(amount)} of people who are gone`,
  licensesChanged: (amount) => `${people(amount)} got another license or reason`,
  keptForWantOfSeat: (amount) => `${people(amount)} found no seat and kept theirs`,
  resourcesChanged: (amount) => `${amount.toLocaleString('en')} people and groups changed`,
};

export const words = {
  title: 'Background jobs',
  purpose: 'Long work that goes on while you do something else. What has ended is kept for 90 days.',
  caption: 'Background jobs',
  kind: 'Work',
  state: 'State',
  columns: {
    work: 'Work',
    state: 'State',
    startedBy: 'Begun by',
    created: 'Begun',
    result: 'Progress or result',
  },
  progress: (done: number, total: number | null) =>
    total === null
      ? `${done.toLocaleString('en')} done`
      : `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
  progressOf: (work: string) => `Progress: ${work}`,
  waiting: 'A worker begins it in a moment.',
  done: 'done',
  stopped: 'Stopped before its end',
  nothing: 'There was nothing to do',
  failed: 'This job failed',
  emptyTitle: 'No job has run yet',
  empty: 'A cleanup of the default groups and a license change in a large account run as background jobs.',
  dead: {
    title: 'Work that failed',
    purpose:
      'What a worker has given up after several attempts. Repair the cause, then have it tried again. It is kept for 90 days.',
    caption: 'Work that failed for the last time',
    columns: {
      work: 'Work',
      error: 'Why it failed',
      attempts: 'Attempts',
      failed: 'Given up',
      act: 'Actions',
    },
    none: 'Nothing has failed.',
    retry: 'Try again',
    retried: 'It is queued again.',
    discard: 'Discard',
    discardTitle: 'Discard this work?',
    discardWarning: (work: string) =>
      `“${work}” will not be done, and nobody can have it tried again afterwards.`,
  },
} as const;
