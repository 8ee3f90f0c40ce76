export const words = {
  title: 'Overview',
  purpose: (account: string) => `How ${account} is doing, and what needs you.`,
  nothing: 'Your permission sets show nothing of the account',
  nothingHelp: 'Whoever administers it can put you into a group that carries more.',
  health: {
    title: 'Provisioning',
    off: 'SCIM is off',
    offHelp: 'Nobody is provisioned by the identity provider. People come by sign-in and by invitation.',
    waiting: 'SCIM is on, and no request has come yet',
    waitingHelp: 'Enter the base URL and a token at your identity provider, and have it test the connection.',
    toAccess: 'Go to SSO & SCIM',
    well: 'It works: nothing was refused in the last 24 hours',
    quiet: 'No request came in the last 24 hours',
    troubled: 'Some requests of the last 24 hours did not go through',
    silent: 'Microsoft Entra ID has been silent for longer than its cycle of 40 minutes',
    silentHelp:
      'Look at the application in Entra ID, Provisioning, Overview: it may be stopped or in quarantine. It comes by itself once that has ended.',
    last: 'Last request',
    rate: 'Refused or failed, last 24 hours',
    rateText: (percent: string, bad: number, total: number) =>
      `${percent} (${bad.toLocaleString('en')} of ${total.toLocaleString('en')})`,
    noRequests: 'No requests',
    untokened: 'Without a valid token, last 24 hours',
    untokenedLink: 'See the counts',
  },
  chart: {
    caption: 'Requests of the last 24 hours, hour by hour',
    accepted: 'Accepted',
    refused: 'Refused',
    failed: 'Failed',
    hour: 'Hour from',
    asTable: 'The numbers as a table',
    bar: (hour: string, accepted: number, refused: number, failed: number) =>
      `${hour}: ${accepted} accepted, ${refused} refused, ${failed} failed`,
    most: (amount: number) => `${amount.toLocaleString('en')} requests`,
  },
  people: { title: 'People' },
  licenses: {
    title: 'Licenses',
    used: (amount: number) => `${amount.toLocaleString('en')} used`,
    left: (amount: number, limit: number) =>
      amount < 0
        ? `${(-amount).toLocaleString('en')} more than the ${limit.toLocaleString('en')} seats`
        : `${amount.toLocaleString('en')} of ${limit.toLocaleString('en')} left`,
    unlimited: 'no limit',
    bar: (name: string) => `${name}: seats in use`,
  },
  attention: {
    title: 'What needs attention',
    none: 'Nothing at the moment.',
    failing: (amount: number) =>
      amount === 1
        ? '1 request of the last 24 hours was refused or failed'
        : `${amount.toLocaleString('en')} requests of the last 24 hours were refused or failed`,
    alerts: (amount: number) =>
      amount === 1
        ? '1 alert in the last 7 days'
        : `${amount.toLocaleString('en')} alerts in the last 7 days`,
    held: (amount: number) =>
      amount === 1
        ? '1 person is invited only: memberships are held until they accept'
        : `${amount.toLocaleString('en')} people are invited only: memberships are held until they accept`,
    invitations: (amount: number) =>
      amount === 1
        ? '1 invitation waits to be accepted'
        : `${amount.toLocaleString('en')} invitations wait to be accepted`,
    scimToken: (name: string) => `The SCIM token ${name} expires`,
    serviceToken: (name: string) => `The service token ${name} expires`,
    defaultGroups: (names: string) => `Default groups that were not cleaned up: ${names}`,
    deadLetters: (amount: number) =>
      amount === 1
        ? '1 piece of background work failed for good'
        : `${amount.toLocaleString('en')} pieces of background work failed for good`,
  },
} as const;
