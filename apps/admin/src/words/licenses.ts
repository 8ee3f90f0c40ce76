const people = (amount: number): string =>
  amount === 1 ? '1 person' : `${amount.toLocaleString('en')} people`;

export const words = {
  title: 'Licenses',
  purpose: 'Which licenses are in use, what gives them, and what another mapping would change.',
  usage: {
    title: 'Use',
    caption: 'How many people hold each license',
    columns: { type: 'License', used: 'Held by', limit: 'Seats', left: 'Left', because: 'Given by' },
    unlimited: 'No limit',
    notAvailable: 'Not in this account. The operator gives it seats.',
    over: (amount: number) => `${amount.toLocaleString('en')} too many`,
    full: 'None left',
    holdersOf: (type: string, amount: number) => `${type}: held by ${people(amount)}`,
    holdersBy: (type: string, amount: number, source: string) =>
      `${type}, given by ${source}: ${people(amount)}`,
    help: 'Only active people hold a license that counts. Nobody loses a license for want of a seat.',
  },
  fallback: {
    title: 'Default license',
    is: (type: string) => `New people for whom nothing else decides get ${type}.`,
    change: 'Change it in the SCIM settings',
  },
  rules: {
    title: 'What decides a license',
    help: 'The first rule that has something to say decides. Each person’s page shows which one it was.',
    caption: 'Which rules are asked, in their order',
    columns: { whose: 'Whose license', order: 'Asked in this order' },
    inForce: 'In force now',
    names: {
      attribute: 'what the identity provider sends as licenseType',
      mapping: 'SSO license mapping',
      manual: 'an administrator’s choice',
      held: 'what they hold already',
      default: 'the default license',
    },
    cases: {
      managed: 'Managed by the identity provider, “Manage user licenses with SCIM” off',
      managedOn: 'Managed by the identity provider, “Manage user licenses with SCIM” on',
      unmanaged: 'Not managed by it, “Manage user licenses with SCIM” off',
      unmanagedOn: 'Not managed by it, “Manage user licenses with SCIM” on',
      off: 'Anybody, while SCIM is off',
    },
  },
  precedence: {
    title: 'What an SSO license mapping gives',
    help: 'The groups of the last sign-in count. Of several types that match, the first of Developer, Analyst, IT, Read-only is given. Who never signed in is passed over.',
    caption: 'What a mapping of Developer and one of Read-only give together',
    columns: { developer: 'In a group of Developer', readOnly: 'In a group of Read-only', gives: 'License' },
    byDefault: (type: string) => `${type}, the default license`,
  },
  mappings: {
    title: 'SSO license mappings',
    help: 'Who signs in with one of these groups gets the license. A change decides everybody anew at once, by the groups of their last sign-in.',
    ignored:
      'The mappings are ignored at the moment, since “Manage user licenses with SCIM” is on: licenses come from the identity provider alone.',
    toSetting: 'Go to the setting',
    groupsOf: (type: string) => `Groups for ${type}`,
    oneALine: 'Names or ids in the identity provider, one a line, exactly as in the sign-in',
    noSeats: 'This account has no seats for it. The operator gives them.',
    none: 'No group',
    discard: 'Discard',
    apply: (amount: number) =>
      amount === 0 ? 'Apply: changes nobody’s license' : `Apply to ${people(amount)}`,
    applied: (amount: number) => `The mappings are set, and ${people(amount)} got another license or reason.`,
    appliedByJob: 'The mappings are set. A background job brings them to everybody.',
    lookAgain: 'Look again',
  },
  effects: {
    title: 'What would change',
    nobody: 'Nobody’s license would change.',
    caption: 'Whose license would change',
    keptOne: 'No seat is free: they keep what they hold.',
    columns: { who: 'Who', from: 'Holds', to: 'Would hold, and why' },
    gone: 'Somebody who is gone',
  },
  moves: {
    caption: 'How many people go from which license to which',
    from: 'From',
    to: 'To',
    people: 'People',
    kept: 'Without a seat',
  },
  seatEffects: {
    caption: 'Seats before and after',
    type: 'License',
    before: 'In use now',
    after: 'In use then',
    limit: 'Seats',
  },
} as const;
