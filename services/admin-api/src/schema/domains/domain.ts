import type { AccountDomain, DomainChallenge } from '@rollcall/domain/domains/account-domain';
import { listDomains } from '@rollcall/domain/domains/manage-domains';
import { builder } from '../../graphql/builder.ts';
import { AccountRef } from '../account/account.ts';

const DomainStateEnum = builder.enumType('DomainState', {
  description: 'Whether an account vouches for the addresses of a domain.',
  values: {
    PENDING: { value: 'pending', description: 'Not yet: the record of its challenge was not found.' },
    VERIFIED: {
      value: 'verified',
      description: 'New people with an address there are active and licensed at once.',
    },
  } as const,
});

const DomainCheckOutcomeEnum = builder.enumType('DomainCheckOutcome', {
  description: 'What a look for the record of a domain found.',
  values: {
    FOUND: { value: 'found', description: 'The record, with the right text.' },
    MISSING: {
      value: 'missing',
      description: 'No such record. New ones can take until the domain’s time to live has passed.',
    },
    OTHER_VALUE: { value: 'other_value', description: 'A record with another text.' },
    UNREACHABLE: { value: 'unreachable', description: 'No name server answered. Check again later.' },
  } as const,
});

const DomainChallengeRef = builder.objectRef<DomainChallenge>('DomainChallenge').implement({
  description: 'The TXT record that proves a domain.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name: `_rollcall-challenge.example.com`.' }),
    value: t.exposeString('value', { description: 'Its text. Other TXT records may stand beside it.' }),
  }),
});

const DomainCheckRef = builder.objectRef<NonNullable<AccountDomain['lastCheck']>>('DomainCheck').implement({
  description: 'A look for the record of a domain.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    outcome: t.expose('outcome', { type: DomainCheckOutcomeEnum, description: 'What was found.' }),
  }),
});

export const DomainRef = builder.objectRef<AccountDomain>('Domain').implement({
  description:
    'An e-mail domain that the account vouches for, or means to. Subdomains are domains of their own.',
  authScopes: { right: 'settings:read' },
  fields: (t) => ({
    name: t.exposeString('domain', { description: 'The domain: `example.com`. Names it in the API.' }),
    state: t.expose('state', { type: DomainStateEnum, description: 'Whether the account vouches for it.' }),
    verifiedAt: t.expose('verifiedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it is verified; null while it is pending.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    challenge: t.expose('challenge', {
      type: DomainChallengeRef,
      nullable: true,
      description: 'What proves it; null where the operator vouched for it.',
    }),
    lastCheck: t.expose('lastCheck', {
      type: DomainCheckRef,
      nullable: true,
      description: 'The last look for its record. A verified domain stays so, whatever was found.',
    }),
  }),
});

builder.objectField(AccountRef, 'domains', (t) =>
  t.field({
    type: [DomainRef],
    nullable: true,
    description: 'The e-mail domains of the account, at most 200, in the order of their names.',
    authScopes: { right: 'settings:read' },
    resolve: async (_account, _args, { read, accountId }) => [
      ...(await read((db) => listDomains(db, accountId))),
    ],
  }),
);
