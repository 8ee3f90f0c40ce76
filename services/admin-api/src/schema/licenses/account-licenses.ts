import type { AccountSettings, LicenseMapping } from '@rollcall/domain/accounts/account-settings';
import { mappingsOf } from '@rollcall/domain/licenses/license-mappings';
import { type LicenseUsage, licenseUsage } from '@rollcall/domain/licenses/license-usage';
import { builder } from '../../graphql/builder.ts';
import { AccountRef } from '../account/account.ts';
import { LicenseTypeEnum } from '../enums.ts';
import { LicenseSourceEnum } from './license-decision.ts';

const LicenseHoldersRef = builder.objectRef<LicenseUsage['holders'][number]>('LicenseHolders').implement({
  description: 'How many people hold a license for one reason.',
  fields: (t) => ({
    source: t.expose('source', { type: LicenseSourceEnum, description: 'What decided it.' }),
    people: t.exposeInt('people', { description: 'How many active people.' }),
  }),
});

const LicenseUsageRef = builder.objectRef<LicenseUsage>('LicenseUsage').implement({
  description: 'How one license type is used. Only active people hold one that counts.',
  fields: (t) => ({
    licenseType: t.expose('licenseType', { type: LicenseTypeEnum, description: 'The type.' }),
    available: t.exposeBoolean('available', {
      description: 'Whether the account can give it: `ANALYST` only where it was given seats for it.',
    }),
    limit: t.exposeInt('limit', {
      nullable: true,
      description: 'How many seats there are; null where the type has no limit. The operator sets it.',
    }),
    used: t.exposeInt('used', {
      description: 'How many people hold it; more than `limit` after a limit was lowered.',
    }),
    holders: t.expose('holders', {
      type: [LicenseHoldersRef],
      description: 'The same by what decided it.',
    }),
  }),
});

const SsoLicenseMappingRef = builder.objectRef<LicenseMapping>('SsoLicenseMapping').implement({
  description: 'Groups of the identity provider that give a license type.',
  fields: (t) => ({
    licenseType: t.expose('licenseType', { type: LicenseTypeEnum, description: 'The type.' }),
    idpGroups: t.exposeStringList('idpGroups', {
      description: 'Their names or ids, compared exactly with those in the tokens of sign-ins.',
    }),
  }),
});

export const AccountLicensesRef = builder.objectRef<AccountSettings>('AccountLicenses').implement({
  description: 'The licenses of the account, and what leads to them.',
  authScopes: { right: 'licenses:read' },
  fields: (t) => ({
    usage: t.field({
      type: [LicenseUsageRef],
      description: 'Each type, counted when it is asked for.',
      complexity: 50,
      resolve: ({ accountId }, _args, { read }) => read((db) => licenseUsage(db, accountId)),
    }),
    mappings: t.field({
      type: [SsoLicenseMappingRef],
      description: 'The SSO license mappings, in the order of precedence. Types without one are left out.',
      resolve: (settings) => mappingsOf(settings),
    }),
    version: t.exposeInt('version', {
      description: 'For `expectedVersion` of `licenseMappingSet`. Every change of a setting raises it.',
    }),
  }),
});

builder.objectField(AccountRef, 'licenses', (t) =>
  t.field({
    type: AccountLicensesRef,
    nullable: true,
    description: 'The licenses of the account, and what leads to them.',
    authScopes: { right: 'licenses:read' },
    resolve: (_account, _args, { accountSettings }) => accountSettings(),
  }),
);
