import type { Database } from '@rollcall/domain/database/connection';
import { searchHistory } from '@rollcall/domain/events/search-log';
import type { Told } from '@rollcall/domain/history/unwind';
import type { PlacedRow } from '@rollcall/domain/pages/turn-page';
import { builder } from '../../graphql/builder.ts';
import {
  type ConnectionArguments,
  type ConnectionPage,
  resolveConnection,
} from '../../graphql/connections.ts';
import type { AdminContext } from '../../graphql/context.ts';

/** What is asked of the past is unwound change by change: a list of people must not do so for each of them. */
export const HISTORY_COMPLEXITY = 500;

/** What a state and a difference have in common: whether they can be told. */
export const ToldRef = builder.interfaceRef<Told<unknown>>('Historical').implement({
  description: 'Something that is told from audit events, as far back as they are kept.',
  fields: (t) => ({
    known: t.boolean({
      description:
        'Whether it can be told. Audit events expire, and some were blanked for a person who was erased: what cannot be told is null.',
      resolve: ({ isKnown }) => isKnown,
    }),
    knownSince: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The moment from which on it can be told; null where it can be.',
      resolve: (told) => (told.isKnown ? null : told.knownSince),
    }),
  }),
});

type Read<T> = (queries: Database['queries']) => Promise<T>;

/** Asks the domain about the past, within the time that a search may take. */
export function readHistory<T>({ read }: AdminContext, ask: Read<T>): Promise<T> {
  return read((db) => searchHistory(db, ask));
}

interface Piece {
  readonly behind: string | undefined;
  readonly backward: boolean;
  readonly limit: number;
}

/** A page of a list that is told, in the order of ids; null where it cannot be. */
export async function toldConnection<Item>(
  context: AdminContext,
  args: ConnectionArguments,
  ask: (queries: Database['queries'], page: Piece) => Promise<Told<readonly Item[]>>,
  count: Read<Told<number>>,
  idOf: (item: Item) => string,
): Promise<ConnectionPage<Item> | null> {
  let isKnown = true;
  const page = await resolveConnection(
    args,
    async ({ behind, backward, limit }): Promise<readonly PlacedRow<Item>[]> => {
      const told = await readHistory(context, (queries) =>
        ask(queries, { behind: behind?.id, backward, limit }),
      );
      ({ isKnown } = told);
      if (!told.isKnown) return [];
      return told.state.map((item) => ({ item, position: { key: null, id: idOf(item) } }));
    },
    async () => {
      const told = await readHistory(context, count);
      return told.isKnown ? told.state : 0;
    },
  );
  return isKnown ? page : null;
}
