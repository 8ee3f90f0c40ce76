import { countPeopleByState, type PeopleInState } from '@rollcall/domain/users/count-people';
import { builder } from '../../graphql/builder.ts';
import { AccountRef } from '../account/account.ts';
import { UserStateEnum } from './user-enums.ts';

const PeopleInStateRef = builder.objectRef<PeopleInState>('PeopleInState').implement({
  description: 'How many people of the account stand somewhere.',
  fields: (t) => ({
    state: t.expose('state', { type: UserStateEnum, description: 'Where they stand.' }),
    people: t.exposeInt('people', { description: 'How many. `users` with that state lists them.' }),
  }),
});

builder.objectField(AccountRef, 'peopleByState', (t) =>
  t.field({
    type: [PeopleInStateRef],
    nullable: true,
    description: 'How many people there are in each state. Counted when it is asked for.',
    authScopes: { right: 'people:read' },
    complexity: 50,
    resolve: async (_account, _args, { read, accountId }) => [
      ...(await read((db) => countPeopleByState(db, accountId))),
    ],
  }),
);
