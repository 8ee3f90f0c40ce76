import { chooseLicense, redecideLicense } from '@rollcall/domain/licenses/choose-license';
import { builder } from '../../graphql/builder.ts';
import { rowId } from '../../graphql/global-ids.ts';
import {
  InvalidInput,
  LicenseDecidedElsewhere,
  ManualUpdatesLocked,
  NoFreeSeat,
  NotFound,
  Refused,
  VersionMismatch,
} from '../../graphql/user-errors.ts';
import { LicenseTypeEnum } from '../enums.ts';
import { changedPerson, onePerson } from './user-change.ts';

builder.relayMutationField(
  'userLicenseSet',
  {
    description: 'The license that an administrator chooses for a person.',
    inputFields: (t) => ({
      ...onePerson(t),
      licenseType: t.field({
        type: LicenseTypeEnum,
        description:
          'The license; null takes the choice back: it is then decided without one. Has to be one of the two.',
      }),
    }),
  },
  {
    description:
      'Chooses a person’s license by hand. Works where neither the SCIM attribute nor an SSO license mapping decides; of somebody invited or deactivated, the choice waits until they are active.',
    authScopes: { right: 'licenses:write' },
    errors: {
      types: [NotFound, VersionMismatch, ManualUpdatesLocked, LicenseDecidedElsewhere, NoFreeSeat, Refused],
    },
    resolve: (_root, { input }, { write, caller, accountId, now }) => {
      const { id, licenseType, expectedVersion } = input;
      if (licenseType === undefined) {
        const message = 'Name a license type, or null to take the choice back.';
        throw new InvalidInput(message, [{ path: 'input.licenseType', message }]);
      }
      return write((trx) =>
        chooseLicense(
          trx,
          caller,
          accountId,
          rowId(id, 'User'),
          licenseType,
          now,
          expectedVersion ?? undefined,
        ),
      );
    },
  },
  { description: 'The license is as it was chosen.', outputFields: changedPerson },
);

builder.relayMutationField(
  'userLicenseRedecide',
  { description: 'A person whose license is to be decided anew.', inputFields: onePerson },
  {
    description:
      'Decides a person’s license anew by the rules, from the stored groups of their last sign-in. `User.licenseDecision` tells beforehand what it would be.',
    authScopes: { right: 'licenses:write' },
    errors: { types: [NotFound, VersionMismatch, NoFreeSeat, Refused] },
    resolve: (_root, { input }, { write, caller, accountId, now }) =>
      write((trx) =>
        redecideLicense(
          trx,
          caller,
          accountId,
          rowId(input.id, 'User'),
          now,
          input.expectedVersion ?? undefined,
        ),
      ),
  },
  { description: 'The license is the one that the rules give.', outputFields: changedPerson },
);
