import type { FieldMap } from '@pothos/core';
import type { Reassignment } from '@rollcall/domain/licenses/reassign-licenses';
import type { SchemaTypes } from '../../graphql/builder.ts';
import { JobRef } from '../jobs/job.ts';

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** What is told of licenses after a change of settings. */
export function reassignmentFields(t: PothosSchemaTypes.ObjectFieldBuilder<Types, Reassignment>): FieldMap {
  return {
    licensesChanged: t.exposeInt('licensesChanged', {
      description:
        'How many people were given another license, or the same for another reason. 0 where `recalculation` does it.',
    }),
    recalculation: t.expose('recalculation', {
      type: JobRef,
      nullable: true,
      description:
        'In an account of more than 10,000 people, the job that decides their licenses anew; null where everybody was decided at once.',
    }),
  };
}
