import type { LicenseSource, LicenseType } from '@rollcall/domain/licenses/license-type';
import { builder } from '../../graphql/builder.ts';
import { LicenseTypeEnum } from '../enums.ts';
import { LicenseSourceEnum } from '../licenses/license-decision.ts';

export const LicenseRef = builder
  .objectRef<{ type: LicenseType; source: LicenseSource }>('License')
  .implement({
    description: 'The license that a person holds.',
    fields: (t) => ({
      type: t.expose('type', { type: LicenseTypeEnum, description: 'Which one.' }),
      source: t.expose('source', {
        type: LicenseSourceEnum,
        description: 'What decided it when it was given.',
      }),
    }),
  });
