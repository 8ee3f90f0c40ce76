import {
  type DomainEffect,
  previewRemoveDomain,
  previewVerifyDomain,
  type VerificationPreview,
} from '@rollcall/domain/domains/preview-domain';
import { builder } from '../../graphql/builder.ts';
import { NotFound } from '../../graphql/user-errors.ts';
import { LicensePreviewRef } from '../licenses/license-preview.ts';
import { ExampleRef } from '../scim/setting-effect.ts';

const DomainEffectKindEnum = builder.enumType('DomainEffectKind', {
  description: 'What an effect of a domain is about.',
  values: {
    NEWCOMERS_ACTIVE_AT_ONCE: {
      value: 'newcomers_active_at_once',
      description: 'New people are not invited, but active.',
    },
    NEWCOMERS_INVITED: { value: 'newcomers_invited', description: 'New people are invited.' },
    PEOPLE_STAY: { value: 'people_stay', description: 'People who are there stay as they are.' },
    INVITED_CAN_BE_ACTIVATED: {
      value: 'invited_can_be_activated',
      description: 'People who are invited there, and stay so until somebody says otherwise.',
    },
    ADDRESS_CHANGES_WAIT: {
      value: 'address_changes_wait',
      description: 'Changes of an address that still wait for confirmation.',
    },
  } as const,
});

const DomainEffectRef = builder.objectRef<DomainEffect>('DomainEffect').implement({
  description: 'What it brings about that a domain is verified, or goes.',
  fields: (t) => ({
    kind: t.expose('kind', { type: DomainEffectKindEnum, description: 'What it is about.' }),
    text: t.exposeString('text', { description: 'In words, with the number.' }),
    count: t.exposeInt('count', {
      nullable: true,
      description: 'How many people it is about, exactly; null where nobody is counted.',
    }),
    examples: t.expose('examples', {
      type: [ExampleRef],
      description: 'The first of them, at most 20, the oldest first.',
    }),
  }),
});

const VerificationPreviewRef = builder.objectRef<VerificationPreview>('DomainVerificationPreview').implement({
  description: 'What it brings about that a domain is verified. Verification activates nobody by itself.',
  fields: (t) => ({
    effects: t.expose('effects', { type: [DomainEffectRef], description: 'What it brings about.' }),
    invited: t.exposeInt('invited', { description: 'How many people are invited in the domain.' }),
    activation: t.expose('activation', {
      type: LicensePreviewRef,
      description:
        'Who would be activated by `domainActivateInvited`, the first 500, with which license, and who finds no seat.',
    }),
    previewToken: t.exposeString('token', {
      description: 'For `domainActivateInvited`: does exactly this, or says what is different by then.',
    }),
  }),
});

const RemovalPreviewRef = builder
  .objectRef<{ effects: readonly DomainEffect[] }>('DomainRemovalPreview')
  .implement({
    description: 'What it brings about that a domain is removed.',
    fields: (t) => ({
      effects: t.expose('effects', {
        type: [DomainEffectRef],
        description: 'What it brings about; empty for a domain that is not verified.',
      }),
    }),
  });

builder.queryFields((t) => ({
  domainVerificationPreview: t.field({
    type: VerificationPreviewRef,
    description: 'What it brings about that a domain of the account is verified. Changes nothing.',
    authScopes: { right: 'settings:read' },
    args: { domain: t.arg.string({ required: true, description: 'The domain.' }) },
    errors: { types: [NotFound] },
    complexity: 100,
    resolve: (_root, { domain }, { read, caller, accountId, now }) =>
      read((db) => previewVerifyDomain(db, caller, accountId, domain, now)),
  }),
  domainRemovalPreview: t.field({
    type: RemovalPreviewRef,
    description: 'What it brings about that a domain of the account is removed. Changes nothing.',
    authScopes: { right: 'settings:read' },
    args: { domain: t.arg.string({ required: true, description: 'The domain.' }) },
    errors: { types: [NotFound] },
    complexity: 50,
    resolve: async (_root, { domain }, { read, caller, accountId }) => ({
      effects: await read((db) => previewRemoveDomain(db, caller, accountId, domain)),
    }),
  }),
}));
