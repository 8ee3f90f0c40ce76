import { InvalidInputError } from '@rollcall/domain/errors';
import type { IpRuleInput, IpRulesChange } from '@rollcall/domain/ip-rules/plan-ip-rules';
import {
  type CallerAddress,
  type IpRulesPreview,
  previewIpRules,
} from '@rollcall/domain/ip-rules/preview-ip-rules';
import type { TokenAddress } from '@rollcall/domain/ip-rules/token-addresses';
import { isGiven } from '../../graphql/is-given.ts';
import { builder } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { describeObstacles, ObstacleRef } from '../licenses/license-preview.ts';
import { IpListProviderEnum, IpRuleEffectEnum, IpRuleRef } from './ip-rules.ts';

export const FILE =
  'The text of the file as it is published, or cut down: of Microsoft’s, whose whole file is larger than a request may be, `changeNumber` and the element of `values` named `AzureActiveDirectory` are enough.';
export const PUBLISHED_ON = 'The day of its publication, `2026-11-23`, to tell its age by.';

export const IpRuleInputRef = builder.inputType('IpRuleInput', {
  description: 'An IP rule.',
  fields: (t) => ({
    range: t.string({
      required: true,
      description: 'A range, `203.0.113.0/24` or `2001:db8::/32`, or an address alone.',
    }),
    effect: t.field({ type: IpRuleEffectEnum, required: true, description: 'What it does.' }),
    note: t.string({ description: 'What it is for: one line of at most 200 characters.' }),
  }),
});

const ListInput = builder.inputType('IpRuleListInput', {
  description: 'A provider’s published list.',
  fields: (t) => ({
    provider: t.field({ type: IpListProviderEnum, required: true, description: 'Whose it is.' }),
    file: t.string({ required: true, description: FILE }),
    publishedOn: t.string({ description: PUBLISHED_ON }),
  }),
});

const PreviewInput = builder.inputType('IpRulesPreviewInput', {
  description: 'One change, to be supposed.',
  isOneOf: true,
  fields: (t) => ({
    rules: t.field({ type: [IpRuleInputRef], description: 'What `ipRulesSet` would set.' }),
    importList: t.field({ type: ListInput, description: 'What `ipRuleListImport` would import.' }),
    removeList: t.field({ type: IpListProviderEnum, description: 'What `ipRuleListRemove` would remove.' }),
  }),
});

export const RefusedTokenRef = builder.objectRef<TokenAddress>('RefusedToken').implement({
  description: 'An address from which a SCIM token was used in the last 30 days, and that would be refused.',
  fields: (t) => ({
    tokenName: t.exposeString('tokenName', { description: 'The name of the token.' }),
    tokenHint: t.exposeString('tokenHint', { description: 'Its beginning and end.' }),
    address: t.exposeString('address', { description: 'The address.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      description: 'When it was last used from there.',
    }),
  }),
});

const PreviewRef = builder.objectRef<IpRulesPreview>('IpRulesPreview').implement({
  description: 'What a change of the IP rules would bring about.',
  fields: (t) => ({
    added: t.expose('added', {
      type: [IpRuleRef],
      description: 'The rules that would come.',
      complexity: { field: 1, multiplier: 100 },
    }),
    removed: t.expose('removed', {
      type: [IpRuleRef],
      description: 'The rules that would go.',
      complexity: { field: 1, multiplier: 100 },
    }),
    obstacles: t.field({
      type: [ObstacleRef],
      description: 'Why the change would be refused; empty when it would not.',
      resolve: ({ obstacles }) => describeObstacles(obstacles),
    }),
    refusedTokens: t.expose('refusedTokens', {
      type: [RefusedTokenRef],
      description:
        'Where provisioning would stop: addresses of SCIM tokens that are let in now and would not be.',
    }),
    previewToken: t.exposeString('token', {
      description: 'For the mutation: does exactly this, or says what is different by then.',
    }),
  }),
});

builder.queryField('ipRulesPreview', (t) =>
  t.field({
    type: PreviewRef,
    description:
      'What a change of the IP rules would bring about, and which SCIM tokens it would refuse. Changes nothing.',
    authScopes: { right: 'ip_rules:read' },
    args: { input: t.arg({ type: PreviewInput, required: true, description: 'The change to suppose.' }) },
    errors: {},
    complexity: 100,
    resolve: (_root, { input }, context) => {
      const { read, caller, accountId, now } = context;
      const from = callerAddress(context);
      return read((db) =>
        previewIpRules(db, caller, accountId, { change: changeIn(input), from }, now).catch(
          (error: unknown) => {
            throw placed(error, input);
          },
        ),
      );
    },
  }),
);

/** A session by a sign-in link passes the rules: they cannot lock it out. */
export function callerAddress({ address, session }: AdminContext): CallerAddress {
  return session?.kind === 'link' ? null : address;
}

export function rulesIn(rules: readonly (typeof IpRuleInputRef.$inferInput)[]): readonly IpRuleInput[] {
  return rules.map(({ range, effect, note }) => ({ range, effect, note }));
}

function changeIn({ rules, importList, removeList }: typeof PreviewInput.$inferInput): IpRulesChange {
  if (isGiven(importList)) {
    const { provider, file, publishedOn } = importList;
    return { kind: 'import', provider, file, publishedOn: publishedOn ?? undefined };
  }
  return isGiven(removeList)
    ? { kind: 'remove', provider: removeList }
    : { kind: 'set', rules: rulesIn(rules ?? []) };
}

/** Here the fields of a list stand deeper than in the mutation. */
function placed(error: unknown, { importList }: typeof PreviewInput.$inferInput): unknown {
  if (!(error instanceof InvalidInputError) || !isGiven(importList)) return error;
  return new InvalidInputError(error.message, `importList.${error.path}`);
}
