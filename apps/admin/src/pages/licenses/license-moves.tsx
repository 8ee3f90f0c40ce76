import type { ReactNode } from 'react';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/licenses.ts';
import { licenseTypes } from '../../words/states.ts';

type LicenseType = keyof typeof licenseTypes;

interface Move {
  readonly from: LicenseType | null;
  readonly to: LicenseType;
  readonly people: number;
  readonly kept: number;
}

interface Seats {
  readonly licenseType: LicenseType;
  readonly usedBefore: number;
  readonly usedAfter: number;
  readonly limit: number | null;
}

const MOVES: readonly Column<Move>[] = [
  {
    title: words.moves.from,
    cell: ({ from }) => (from === null ? common.none : licenseTypes[from]),
  },
  { title: words.moves.to, cell: ({ to }) => licenseTypes[to] },
  { title: words.moves.people, cell: ({ people }) => people.toLocaleString('en') },
  { title: words.moves.kept, cell: ({ kept }) => kept.toLocaleString('en') },
];

const SEATS: readonly Column<Seats>[] = [
  { title: words.seatEffects.type, cell: ({ licenseType }) => licenseTypes[licenseType] },
  { title: words.seatEffects.before, cell: ({ usedBefore }) => usedBefore.toLocaleString('en') },
  { title: words.seatEffects.after, cell: ({ usedAfter }) => usedAfter.toLocaleString('en') },
  {
    title: words.seatEffects.limit,
    cell: ({ limit }) => limit?.toLocaleString('en') ?? words.usage.unlimited,
  },
];

/** From which license to which, and what that does to the seats. */
export function LicenseMoves({
  moves,
  seats,
}: {
  moves: readonly Move[];
  seats: readonly Seats[];
}): ReactNode {
  return (
    <>
      <DataTable
        caption={words.moves.caption}
        columns={MOVES}
        rows={moves}
        keyOf={({ from, to }) => `${from} ${to}`}
        empty={null}
      />
      <DataTable
        caption={words.seatEffects.caption}
        columns={SEATS}
        rows={seats}
        keyOf={({ licenseType }) => licenseType}
        empty={null}
      />
    </>
  );
}
