/** The page of SCIM, and what a change of its settings would bring about. */
export const words = {
  title: 'Provisioning (SCIM)',
  purpose: 'How your identity provider creates, changes and deactivates people and groups in this account.',
  state: {
    title: 'State',
    on: 'SCIM is on',
    off: 'SCIM is off',
    onHelp: 'Your identity provider may write to this account.',
    offHelp: 'Requests of an identity provider are refused with 403.',
    turnOn: 'Turn on…',
    turnOff: 'Turn off…',
    guide: 'Set-up guides',
    baseUrl: 'SCIM base URL',
    client: 'SCIM client',
    clientUnknown: 'Not chosen',
    log: 'Requests',
    toLog: 'What was sent, and what became of it',
  },
  settings: {
    title: 'Settings',
    rest: 'SCIM is off: these settings rest until it is turned on.',
    change: 'Change…',
    changeOf: (setting: string) => `Change: ${setting}`,
  },
  change: {
    back: 'All settings',
    choose: 'Choose',
    now: 'This is how it is now. Choose another value to see what it would bring about; nothing is changed by looking.',
    apply: 'Apply exactly this',
    turnOn: 'Turn SCIM on',
    turnOff: 'Turn SCIM off',
    confirmOn: 'Turn SCIM on?',
    confirmOff: 'Turn SCIM off?',
    confirmOnText: 'From then on your identity provider may write to this account, as the preview shows.',
    confirmOffText:
      'From then on requests of your identity provider are refused with 403, and it will report errors. Nobody and nothing is lost: you can turn it on again at any time.',
    warnings: (amount: number) =>
      amount === 1 ? 'The preview has one warning.' : `The preview has ${amount} warnings.`,
    toSignOn: 'Connect a sign-on provider',
    applied: 'Done',
    appliedNow: (choice: string) => `The setting is now: ${choice}.`,
    licensesChanged: (amount: number) =>
      amount === 0
        ? 'No license changed.'
        : amount === 1
          ? 'The license of one person changed.'
          : `The licenses of ${amount.toLocaleString('en')} people changed.`,
  },
  effects: {
    title: 'Effects',
    warning: 'Warning',
    note: 'Note',
    none: 'Nothing besides the licenses below.',
    who: (shown: number, count: number | null) =>
      count === null || count <= shown
        ? `Show ${shown === 1 ? 'which one' : `all ${shown}`}`
        : `Show the first ${shown} of ${count.toLocaleString('en')}`,
  },
  licenses: {
    atOnce: 'Licenses',
    atSignIn: 'Licenses at the next sign-in',
  },
  groups: {
    title: 'Groups at the next sign-in',
    help: 'From the groups of everybody’s last sign-in, 200 people at a time.',
    nobody: 'Among these people, nobody’s groups change.',
    caption: 'Whose groups change',
    person: 'Person',
    gone: 'Somebody who is gone',
    joins: 'Joins',
    leaves: 'Leaves',
    keptIn: (group: string) => `stays in ${group} as the last account admin`,
    more: 'The next 200 people',
    first: 'From the beginning',
  },
} as const;
