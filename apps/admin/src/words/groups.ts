export const words = {
  title: 'Groups',
  purpose: 'Who is together in what, and what the members of each group may do.',
  caption: 'Groups',
  search: 'Name',
  managedBy: 'Managed by',
  managed: { true: 'Identity provider', false: 'Administrators' },
  permissionSet: 'Permission set',
  mapping: 'SSO group mapping',
  mapped: { true: 'With a mapping', false: 'Without a mapping' },
  columns: { name: 'Name', members: 'Members', permissionSets: 'Permission sets', since: 'Since' },
  members: ({ atLeast, isExact }: { atLeast: number; isExact: boolean }) =>
    isExact ? atLeast.toLocaleString('en') : `more than ${atLeast.toLocaleString('en')}`,
  emptyTitle: 'There are no groups',
  empty: 'Groups come with the first synchronization of your identity provider, or when you make them.',
  create: {
    label: 'Create a group',
    title: 'Create a group',
    text: 'It carries no permission set yet. When the identity provider pushes a group of that name, it manages this one from then on.',
    name: 'Name',
    action: 'Create',
  },
} as const;
