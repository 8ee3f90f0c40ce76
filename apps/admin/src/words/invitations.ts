export const words = {
  title: 'Invitations',
  purpose: 'Mails with a link by which people join. A link works once, for 14 days.',
  caption: 'Invitations',
  search: 'Address',
  state: 'State',
  states: {
    OPEN: 'Open',
    ACCEPTED: 'Accepted',
    REVOKED: 'Revoked',
    REPLACED: 'Replaced by a newer one',
    EXPIRED: 'Expired',
  },
  columns: {
    address: 'Address',
    person: 'Person',
    state: 'State',
    sent: 'Sent',
    ends: 'Ends or ended',
    action: 'Change',
  },
  gone: 'Somebody who was erased',
  emptyTitle: 'Nobody was invited yet',
  empty:
    'Who has an address in a verified domain is active at once; anybody else is invited when they are made.',
  toPeople: 'Invite a person on the page of people',
} as const;
