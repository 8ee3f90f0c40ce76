import type { FieldMap, InputFieldRef } from '@pothos/core';
import type { EditResult } from '@rollcall/domain/users/lock-for-edit';
import type { SchemaTypes } from '../../graphql/builder.ts';
import { UserRef } from './user.ts';

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

type OnePerson = Record<'id', InputFieldRef<Types, string>> &
  Record<'expectedVersion', InputFieldRef<Types, number | null | undefined>>;

/** The input fields that name one person. */
export function onePerson(t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>): OnePerson {
  return {
    id: t.id({ required: true, description: 'The person.' }),
    expectedVersion: t.int({
      description: 'The `version` that you saw: refused when somebody changed the person since.',
    }),
  };
}

/** What is told of a person who was changed. */
export function changedPerson(t: PothosSchemaTypes.ObjectFieldBuilder<Types, EditResult>): FieldMap {
  return {
    user: t.field({ type: UserRef, description: 'The person as they are now.', resolve: ({ user }) => user }),
    mayBeOverwritten: t.exposeBoolean('mayBeOverwritten', {
      description: 'The identity provider writes to this person, too: its next write may undo the change.',
    }),
  };
}
