import type { Difference, FieldDifference } from '@rollcall/domain/history/difference';
import type { Told } from '@rollcall/domain/history/unwind';
import { builder } from '../../graphql/builder.ts';
import { AuditEventRef } from '../logs/audit-event.ts';

const FieldDifferenceRef = builder.objectRef<FieldDifference>('FieldDifference').implement({
  description: 'A field that is different at a later moment. What was changed and changed back is none.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'Which: `userName`, `attributes.title`.' }),
    before: t.expose('before', {
      type: 'JSON',
      nullable: true,
      description: 'As it was at the earlier moment; null for nothing.',
    }),
    after: t.expose('after', {
      type: 'JSON',
      nullable: true,
      description: 'As it was at the later moment; null for nothing.',
    }),
    events: t.field({
      type: [AuditEventRef],
      description:
        'The changes between that touched it, the earliest first: who made them, by which request.',
      resolve: ({ events }) => [...events],
    }),
  }),
});

/** What became of a person, or of a group itself, from one moment to another. */
export const FieldsDifferenceRef = builder.objectRef<Difference>('StateDifference').implement({
  description: 'What became of a person, or of a group itself, from one moment to a later one.',
  fields: (t) => ({
    came: t.exposeBoolean('came', { description: 'Whether it was made between.' }),
    went: t.exposeBoolean('went', { description: 'Whether it was gone at the later moment.' }),
    fields: t.field({
      type: [FieldDifferenceRef],
      description: 'What is different, by name.',
      resolve: ({ fields }) => [...fields],
    }),
  }),
});

/** The state of what is told; null where it cannot be. */
export function stateOf<State>(told: Told<State>): State | null {
  return told.isKnown ? told.state : null;
}
