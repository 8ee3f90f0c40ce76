import type { FieldMap } from '@pothos/core';
import type { Reassignment } from '@rollcall/domain/licenses/reassign-licenses';
import type { SchemaTypes } from '../../graphql/builder.ts';

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** What is told of licenses after a change of settings. */
export function reassignmentFields(t: PothosSchemaTypes.ObjectFieldBuilder<Types, Reassignment>): FieldMap {
  return {
    licensesChanged: t.exposeInt('licensesChanged', {
      description: 'How many people were given another license, or the same for another reason.',
    }),
  };
}
