import type { FieldMap, InputFieldRef } from '@pothos/core';
import { changeIpRules, type IpRulesUpdate } from '@rollcall/domain/ip-rules/change-ip-rules';
import type { IpRulesChange } from '@rollcall/domain/ip-rules/plan-ip-rules';
import { builder, type SchemaTypes } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { NotFound, PlanChanged, Refused, VersionMismatch } from '../../graphql/user-errors.ts';
import {
  callerAddress,
  FILE,
  IpRuleInputRef,
  PUBLISHED_ON,
  RefusedTokenRef,
  rulesIn,
} from './ip-rules-preview.ts';
import { IpListProviderEnum, IpRuleRef, IpRulesRef } from './ip-rules.ts';

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

const UNLESS_LOCKED_OUT =
  'Refused with `LOCKS_OUT_CALLER` where it would deny your own address, unless you came in by a sign-in link.';

builder.relayMutationField(
  'ipRulesSet',
  {
    description: 'The IP rules by hand.',
    inputFields: (t) => ({
      rules: t.field({
        type: [IpRuleInputRef],
        required: true,
        description: 'All of them, at most 500, instead of those before. None ends them.',
      }),
      ...conditionFields(t),
    }),
  },
  {
    description: `Sets the IP rules by hand; imported lists stay. ${UNLESS_LOCKED_OUT}`,
    authScopes: { right: 'ip_rules:write' },
    errors: { types: [PlanChanged, VersionMismatch, Refused] },
    resolve: (_root, { input }, context) =>
      change(context, { kind: 'set', rules: rulesIn(input.rules) }, input),
  },
  { description: 'The rules are set.', outputFields: updateFields },
);

builder.relayMutationField(
  'ipRuleListImport',
  {
    description: 'A provider’s published list.',
    inputFields: (t) => ({
      provider: t.field({ type: IpListProviderEnum, required: true, description: 'Whose it is.' }),
      file: t.string({ required: true, description: FILE }),
      publishedOn: t.string({ description: PUBLISHED_ON }),
      ...conditionFields(t),
    }),
  },
  {
    description: `Allows the ranges of a provider’s published list, in the place of those that were imported before; rules by hand stay. All other addresses are denied from then on. ${UNLESS_LOCKED_OUT}`,
    authScopes: { right: 'ip_rules:write' },
    errors: { types: [PlanChanged, VersionMismatch, Refused] },
    resolve: (_root, { input }, context) => {
      const { provider, file, publishedOn } = input;
      return change(
        context,
        { kind: 'import', provider, file, publishedOn: publishedOn ?? undefined },
        input,
      );
    },
  },
  { description: 'The list is imported.', outputFields: updateFields },
);

builder.relayMutationField(
  'ipRuleListRemove',
  {
    description: 'An imported list.',
    inputFields: (t) => ({
      provider: t.field({ type: IpListProviderEnum, required: true, description: 'Whose it is.' }),
      ...conditionFields(t),
    }),
  },
  {
    description: `Takes back what an imported list allows. ${UNLESS_LOCKED_OUT}`,
    authScopes: { right: 'ip_rules:write' },
    errors: { types: [NotFound, PlanChanged, VersionMismatch, Refused] },
    resolve: (_root, { input }, context) =>
      change(context, { kind: 'remove', provider: input.provider }, input),
  },
  { description: 'The list is gone.', outputFields: updateFields },
);

interface Conditions {
  previewToken?: string | null | undefined;
  expectedVersion?: number | null | undefined;
}

/** What every change of the rules takes. */
function conditionFields(t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>): {
  previewToken: InputFieldRef<Types, string | null | undefined>;
  expectedVersion: InputFieldRef<Types, number | null | undefined>;
} {
  return {
    previewToken: t.string({
      description: 'Of the preview that was looked at: refuses the change when it would do something else.',
    }),
    expectedVersion: t.int({
      description: 'The `version` that you saw: refused when somebody changed the rules since.',
    }),
  };
}

function change(
  context: AdminContext,
  change: IpRulesChange,
  { previewToken, expectedVersion }: Conditions,
): Promise<IpRulesUpdate> {
  const { write, caller, accountId, now } = context;
  const input = {
    change,
    from: callerAddress(context),
    previewToken: previewToken ?? undefined,
    expectedVersion: expectedVersion ?? undefined,
  };
  return write((trx) => changeIpRules(trx, caller, accountId, input, now));
}

/** What is told after every change of the rules. */
function updateFields(t: PothosSchemaTypes.ObjectFieldBuilder<Types, IpRulesUpdate>): FieldMap {
  return {
    ipRules: t.expose('rules', { type: IpRulesRef, description: 'The rules now.' }),
    added: t.expose('added', {
      type: [IpRuleRef],
      description: 'The rules that came.',
      complexity: { field: 1, multiplier: 100 },
    }),
    removed: t.expose('removed', {
      type: [IpRuleRef],
      description: 'The rules that went.',
      complexity: { field: 1, multiplier: 100 },
    }),
    refusedTokens: t.expose('refusedTokens', {
      type: [RefusedTokenRef],
      description:
        'Where provisioning stops: addresses of SCIM tokens that are refused from now on. An alert tells administrators.',
    }),
  };
}
