import { activateInvitedIn } from '@rollcall/domain/domains/activate-invited';
import {
  addDomain,
  getChallenge,
  recordDomainCheck,
  removeDomain,
} from '@rollcall/domain/domains/manage-domains';
import { txtLookup } from '@rollcall/domain/domains/txt-records';
import { builder } from '../../graphql/builder.ts';
import { NotFound, PlanChanged, Refused } from '../../graphql/user-errors.ts';
import { UserRef } from '../users/user.ts';
import { DomainRef } from './domain.ts';

builder.relayMutationField(
  'domainAdd',
  {
    description: 'A domain to vouch for.',
    inputFields: (t) => ({
      domain: t.string({ required: true, description: 'As it stands behind the @: `example.com`.' }),
    }),
  },
  {
    description:
      'Names a domain that the account means to vouch for, and gives the TXT record that proves it. One that is there already stays as it is.',
    authScopes: { right: 'settings:write' },
    errors: {},
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => ({ domain: await addDomain(trx, caller, accountId, input.domain, now) })),
  },
  {
    description: 'The account has the domain.',
    outputFields: (t) => ({
      domain: t.expose('domain', { type: DomainRef, description: 'With the record to publish.' }),
    }),
  },
);

builder.relayMutationField(
  'domainCheck',
  {
    description: 'A domain whose record is to be looked for.',
    inputFields: (t) => ({ domain: t.string({ required: true, description: 'The domain.' }) }),
  },
  {
    description:
      'Looks for the TXT record of a domain now, and verifies the domain when it is there. Takes some seconds where name servers are slow. `domainVerificationPreview` says beforehand what that brings.',
    authScopes: { right: 'settings:write' },
    errors: { types: [NotFound] },
    resolve: async (_root, { input }, context) => {
      const { read, write, caller, accountId, now, settings } = context;
      const { name } = await read((db) => getChallenge(db, accountId, input.domain));
      const answer = await txtLookup(settings.dnsServers)(name);
      return write(async (trx) => ({
        domain: await recordDomainCheck(trx, caller, accountId, input.domain, answer, now),
      }));
    },
  },
  {
    description:
      'The record was looked for: `domain { state lastCheck { outcome } }` says what became of it.',
    outputFields: (t) => ({
      domain: t.expose('domain', { type: DomainRef, description: 'The domain now.' }),
    }),
  },
);

builder.relayMutationField(
  'domainRemove',
  {
    description: 'A domain that the account no longer vouches for.',
    inputFields: (t) => ({ domain: t.string({ required: true, description: 'The domain.' }) }),
  },
  {
    description:
      'Takes a domain from the account. Nobody who is there changes; `domainRemovalPreview` says what newcomers meet.',
    authScopes: { right: 'settings:write' },
    errors: { types: [NotFound] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write(async (trx) => ({ domain: await removeDomain(trx, caller, accountId, input.domain, now) })),
  },
  {
    description: 'The account has the domain no longer.',
    outputFields: (t) => ({
      domain: t.expose('domain', { type: DomainRef, description: 'The domain as it was.' }),
    }),
  },
);

builder.relayMutationField(
  'domainActivateInvited',
  {
    description: 'A verified domain whose invited people are to be activated.',
    inputFields: (t) => ({
      domain: t.string({ required: true, description: 'The domain.' }),
      previewToken: t.string({
        description:
          'Of `domainVerificationPreview`: refuses it when others would be activated, or with other licenses.',
      }),
    }),
  },
  {
    description:
      'Activates people who were invited before the domain of their address was verified, as if they had accepted: the oldest first, at most 500 at a time. Their earlier links die.',
    authScopes: { right: 'settings:write' },
    errors: { types: [NotFound, Refused, PlanChanged] },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const { domain, previewToken } = input;
      const request = { domain, previewToken: previewToken ?? undefined };
      return write((trx) => activateInvitedIn(trx, caller, accountId, request, now));
    },
  },
  {
    description: 'People were activated.',
    outputFields: (t) => ({
      activated: t.field({
        type: [UserRef],
        description: 'Those who are active now.',
        complexity: { field: 1, multiplier: 100 },
        resolve: ({ activated }) => [...activated],
      }),
      withoutSeat: t.exposeInt('withoutSeat', {
        description: 'How many stay invited, since no seat of their license is free.',
      }),
      remaining: t.exposeInt('remaining', {
        description: 'How many are still invited in the domain, those without a seat included.',
      }),
    }),
  },
);
