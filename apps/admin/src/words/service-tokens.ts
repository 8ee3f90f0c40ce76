export const tokenStates = { IN_FORCE: 'In force', EXPIRED: 'Expired', REVOKED: 'Revoked' } as const;

export const words = {
  title: 'Service tokens',
  purpose: 'What scripts authenticate with at the GraphQL API. A token can do what its permission sets say.',
  caption: 'Service tokens',
  columns: {
    name: 'Name',
    sets: 'Permission sets',
    state: 'State',
    used: 'Last used',
    expires: 'Expires',
    made: 'Made',
    act: 'Actions',
  },
  from: (address: string) => `from ${address}`,
  by: (name: string) => `by ${name}`,
  neverExpires: 'Never',
  emptyTitle: 'No script has a token yet',
  empty: 'Make one for each script, with no more permission sets than it needs.',
  create: {
    action: 'New service token',
    title: 'New service token',
    name: 'Name',
    nameHelp: 'What it is for: nightly export',
    sets: 'Permission sets',
    setsHelp: 'Nothing that you may not do yourself.',
    setOf: {
      ACCOUNT_ADMIN: 'Everything in the account',
      SECURITY_ADMIN: 'People, groups, permissions, service tokens and IP rules; reads the rest',
      BILLING_ADMIN: 'Licenses; reads settings and people',
      ACCOUNT_VIEWER: 'Reads everything, changes nothing',
      MEMBER: 'Nothing but its own',
    },
    expiry: 'Works for',
    expiries: { 30: '30 days', 90: '90 days', 365: 'A year', never: 'Until it is revoked' },
    submit: 'Make the token',
  },
  made: {
    title: (name: string) => `The token ${name} is made`,
    once: 'Copy it now: it is shown this once, and cannot be found anywhere later.',
    value: 'the token',
    gone: 'Its value was shown before and cannot be shown again. Revoke it and make another.',
    done: 'I have copied it',
  },
  exchange:
    'To exchange a token without an outage, make a second one, put it into the script, wait until the old one is no longer used, and revoke that.',
  revoke: {
    action: 'Revoke',
    of: (name: string) => `Revoke ${name}`,
    title: (name: string) => `Revoke ${name}?`,
    what: 'Its next request is refused. This cannot be undone: a script that needs it gets a new token.',
  },
} as const;
