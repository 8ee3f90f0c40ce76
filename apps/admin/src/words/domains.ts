export const words = {
  title: 'Domains',
  purpose:
    'E-mail domains that this account vouches for: new people with an address there are active at once instead of being invited.',
  add: 'Add a domain',
  name: 'Domain',
  nameHelp: 'As it stands behind the @: example.com. Subdomains are domains of their own.',
  states: { PENDING: 'Not verified yet', VERIFIED: 'Verified' },
  emptyTitle: 'No domain yet',
  empty:
    'Add the domain of your people’s addresses. Without one, everybody who is provisioned gets an invitation by mail.',
  record: 'Publish this TXT record at your DNS provider, then check. Other TXT records may stand beside it.',
  recordName: 'Name of the TXT record',
  recordValue: 'Value of the TXT record',
  proof: 'Proof',
  byOperator: 'The operator of this installation vouched for it.',
  verifiedSince: 'Verified',
  lastCheck: 'Last check',
  outcomes: {
    FOUND: 'the record was there',
    MISSING: 'no such record. New ones can take until the time to live of the domain has passed',
    OTHER_VALUE: 'the record has another value',
    UNREACHABLE: 'no name server answered. Check again later',
  },
  check: 'Check now',
  checkOf: (domain: string) => `Check now: ${domain}`,
  verified: 'The domain is verified.',
  notFound: 'The record was not found.',
  preview: 'What verifying it brings',
  previewOf: (domain: string) => `What verifying it brings: ${domain}`,
  activate: 'Activate invited people…',
  activateOf: (domain: string) => `Activate invited people: ${domain}`,
  activateTitle: (domain: string) => `Invited people of ${domain}`,
  activateHelp:
    'They become active as if they had accepted, at most 500 at a time, the oldest first. Their invitations end.',
  activateNow: (amount: number) =>
    amount === 1 ? 'Activate 1 person' : `Activate ${amount.toLocaleString('en')} people`,
  nobodyInvited: 'Nobody is invited in this domain.',
  activated: (amount: number, withoutSeat: number) =>
    `${amount === 1 ? '1 person is' : `${amount.toLocaleString('en')} people are`} active now.${withoutSeat === 0 ? '' : ` For ${withoutSeat.toLocaleString('en')} no seat was free: they stay invited.`}`,
  remaining: (amount: number) =>
    `${amount.toLocaleString('en')} are still invited: do it again for the next ones.`,
  remove: 'Remove…',
  removeOf: (domain: string) => `Remove: ${domain}`,
  removeTitle: (domain: string) => `Remove ${domain}?`,
  removePending: 'It was not verified: nothing changes for anybody.',
  removeNow: 'Remove the domain',
} as const;
