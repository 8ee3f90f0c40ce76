import { decideAddress } from '@rollcall/domain/ip-rules/decide-address';
import { getIpRules } from '@rollcall/domain/ip-rules/find-ip-rules';
import {
  type AccountIpRules,
  ageInDays,
  type IpRule,
  type IpRuleList,
} from '@rollcall/domain/ip-rules/ip-rule';
import { builder } from '../../graphql/builder.ts';
import { AccountRef } from '../account/account.ts';

/** What a query with all rules is taken to cost, however many there are. */
const RULES_COMPLEXITY = { field: 1, multiplier: 100 };

export const IpRuleEffectEnum = builder.enumType('IpRuleEffect', {
  description: 'What an IP rule does with the addresses that it holds.',
  values: {
    ALLOW: {
      value: 'allow',
      description: 'Lets them in. Where any rule allows, all other addresses are denied.',
    },
    DENY: { value: 'deny', description: 'Keeps them out.' },
  } as const,
});

export const IpListProviderEnum = builder.enumType('IpListProvider', {
  description: 'Whose published list of ranges can be imported.',
  values: {
    ENTRA: {
      value: 'entra',
      description: 'Microsoft: the service tag AzureActiveDirectory of “Azure IP Ranges and Service Tags”.',
    },
    OKTA: { value: 'okta', description: 'Okta: `ip_ranges.json`, of all cells.' },
  } as const,
});

const IpRuleSourceEnum = builder.enumType('IpRuleSource', {
  description: 'Where an IP rule comes from.',
  values: {
    MANUAL: { value: 'manual', description: 'Set by hand.' },
    ENTRA: { value: 'entra', description: 'The imported list of Microsoft.' },
    OKTA: { value: 'okta', description: 'The imported list of Okta.' },
  } as const,
});

export const IpRuleRef = builder.objectRef<IpRule>('IpRule').implement({
  description:
    'Whether addresses of one range are let in. The most specific rule that holds an address decides.',
  fields: (t) => ({
    range: t.exposeString('range', { description: 'The range: `203.0.113.0/24`, `2001:db8::/32`.' }),
    effect: t.expose('effect', { type: IpRuleEffectEnum, description: 'What it does.' }),
    note: t.exposeString('note', { nullable: true, description: 'What it is for; null for none.' }),
    source: t.expose('source', { type: IpRuleSourceEnum, description: 'Where it comes from.' }),
  }),
});

interface CountedList extends IpRuleList {
  ranges: number;
}

const IpRuleListRef = builder.objectRef<CountedList>('IpRuleList').implement({
  description: 'A provider’s published list, as it was imported. Nothing fetches it again by itself.',
  fields: (t) => ({
    provider: t.expose('provider', { type: IpListProviderEnum, description: 'Whose it is.' }),
    ranges: t.exposeInt('ranges', { description: 'How many ranges it allows.' }),
    changeNumber: t.exposeInt('changeNumber', {
      nullable: true,
      description: 'The number of the edition, as the file has it; null where it has none.',
    }),
    publishedOn: t.exposeString('publishedOn', {
      nullable: true,
      description: 'The day of its publication, `2026-11-23`; null where whoever imported it did not say.',
    }),
    importedAt: t.expose('importedAt', { type: 'DateTime', description: 'When it was imported.' }),
    importedBy: t.exposeString('importedBy', { description: 'The name of whoever imported it.' }),
    ageDays: t.int({
      description: 'How many days ago it was published or, where that is not known, imported.',
      resolve: (list, _args, { now }) => ageInDays(list, now),
    }),
  }),
});

interface OwnAddress {
  address: string;
  allowed: boolean;
  rule: IpRule | null;
}

const OwnAddressRef = builder.objectRef<OwnAddress>('OwnAddress').implement({
  description: 'The address that this request came from, as the rules see it.',
  fields: (t) => ({
    address: t.exposeString('address', { description: 'The address.' }),
    allowed: t.exposeBoolean('allowed', {
      description: 'Whether the rules let it in. False is seen in sessions by a sign-in link alone.',
    }),
    rule: t.expose('rule', {
      type: IpRuleRef,
      nullable: true,
      description: 'The rule that decides; null where none holds it.',
    }),
  }),
});

export const IpRulesRef = builder.objectRef<AccountIpRules>('IpRules').implement({
  description: 'From which addresses the account may be used, over SCIM, GraphQL and the web client.',
  authScopes: { right: 'ip_rules:read' },
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Every change raises it: for `expectedVersion`.' }),
    rules: t.expose('rules', {
      type: [IpRuleRef],
      description: 'All rules, those by hand first. None: every address is let in.',
      complexity: RULES_COMPLEXITY,
    }),
    rulesByHand: t.field({
      type: [IpRuleRef],
      description: 'Those that `ipRulesSet` sets.',
      complexity: RULES_COMPLEXITY,
      resolve: ({ rules }) => rules.filter(({ source }) => source === 'manual'),
    }),
    lists: t.field({
      type: [IpRuleListRef],
      description: 'The lists that were imported, with their age.',
      resolve: ({ lists, rules }) =>
        lists.map((list) => ({
          ...list,
          ranges: rules.filter(({ source }) => source === list.provider).length,
        })),
    }),
    ownAddress: t.field({
      type: OwnAddressRef,
      description: 'What becomes of the address of whoever asks.',
      resolve: ({ rules }, _args, { address }) => ({ address, ...decideAddress(rules, address) }),
    }),
  }),
});

builder.objectField(AccountRef, 'ipRules', (t) =>
  t.field({
    type: IpRulesRef,
    nullable: true,
    description: 'From which addresses the account may be used.',
    authScopes: { right: 'ip_rules:read' },
    resolve: (_account, _args, { read, caller, accountId }) =>
      read((db) => getIpRules(db, caller, accountId)),
  }),
);
