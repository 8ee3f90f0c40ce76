const ranges = (amount: number): string =>
  amount === 1 ? '1 range' : `${amount.toLocaleString('en')} ranges`;

export const ipRuleEffects = { ALLOW: 'Allow', DENY: 'Deny' } as const;

export const listProviders = { ENTRA: 'Microsoft Entra ID', OKTA: 'Okta' } as const;

export const words = {
  title: 'IP restrictions',
  purpose: 'From which addresses the account may be used: over SCIM, by scripts, and in this client.',
  own: {
    title: 'Your own address',
    in: 'It is let in.',
    out: 'The rules refuse it. You are here by a sign-in link, which passes them.',
    byRule: (effect: string, range: string) => `The rule that decides: ${effect} ${range}.`,
    noRule: 'No rule names it.',
    allow: 'Allow my address',
    note: 'Added for an administrator’s own address',
  },
  hand: {
    title: 'Rules by hand',
    help: 'The most specific rule that holds an address decides. Where any rule allows, all other addresses are denied. Without rules, every address is let in.',
    caption: 'Rules by hand',
    columns: { range: 'Range', effect: 'Effect', note: 'Note', act: 'Actions' },
    empty: 'No rules. Every address is let in, unless a list is imported.',
    remove: 'Remove',
    removeRule: (effect: string, range: string) => `Remove: ${effect} ${range}`,
    isNew: 'New',
  },
  add: {
    title: 'Add a rule',
    range: 'Range or address',
    rangeHelp: '203.0.113.0/24, 2001:db8::/32, or an address alone',
    effect: 'Effect',
    note: 'Note',
    action: 'Add',
    missing: 'Type a range or an address.',
    twice: 'There is a rule for this range already. Remove that one first.',
  },
  change: {
    title: 'What would change',
    added: (amount: number) => `Added: ${ranges(amount)}`,
    removed: (amount: number) => `Removed: ${ranges(amount)}`,
    nothing: 'Nothing would change.',
    more: (amount: number) => `and ${amount.toLocaleString('en')} more`,
    save: 'Set these rules',
    discard: 'Discard',
    lookAgain: 'Look again',
    done: 'The rules are in force.',
    tokensTitle: 'Provisioning would stop',
    tokens: 'SCIM tokens were used from these addresses in the last 30 days, and would be refused:',
    token: (name: string, hint: string) => `${name} (${hint})`,
    confirmTitle: 'Refuse tokens that are in use?',
    confirmTokens: (amount: number) =>
      amount === 1
        ? 'Requests of the identity provider from 1 address would be refused within a second. Administrators are alerted.'
        : `Requests of the identity provider from ${amount.toLocaleString('en')} addresses would be refused within a second. Administrators are alerted.`,
    confirm: 'Refuse them',
  },
  lists: {
    title: 'Lists of providers',
    help: 'The ranges that an identity provider sends from change now and then. Import the file that it publishes, and again when it is old. Imported ranges allow, so the rest is denied from then on: allow the addresses of administrators first.',
    none: 'Not imported.',
    ranges: 'Ranges',
    imported: 'Imported',
    by: (name: string) => `by ${name}`,
    published: 'Published',
    edition: 'Edition',
    age: 'Age',
    days: (amount: number) => (amount === 1 ? '1 day' : `${amount.toLocaleString('en')} days`),
    old: 'Old: import it again',
    import: 'Import the list',
    importAgain: 'Import the list again',
    remove: 'Remove the list',
    removeAction: 'Remove',
    sources: {
      ENTRA: {
        file: 'ServiceTags_Public_….json of “Azure IP Ranges and Service Tags”. Only AzureActiveDirectory is taken.',
        link: 'https://www.microsoft.com/en-us/download/details.aspx?id=56519',
      },
      OKTA: {
        file: 'ip_ranges.json of Okta. The ranges of all cells are taken.',
        link: 'https://s3.amazonaws.com/okta-ip-ranges/ip_ranges.json',
      },
    },
    download: 'Where it is published',
  },
  import: {
    file: 'File',
    published: 'Published on',
    publishedHelp: 'To tell the age of the list by. Left out, the day of the import counts.',
    tooLarge: 'This file is larger than 16 MB. Choose the list as the provider publishes it.',
    notJson: 'This file is not JSON. Choose the list as the provider publishes it.',
    action: 'Import',
    cancel: 'Cancel',
    done: (provider: string) => `The list of ${provider} is imported.`,
    removed: (provider: string) => `The list of ${provider} is removed.`,
  },
} as const;
