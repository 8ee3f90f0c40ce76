import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { type Column, DataTable, type TablePage } from '../../ui/data-table.tsx';
import type { SearchState } from '../../ui/use-search-state.ts';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/licenses.ts';
import { licenseTypes } from '../../words/states.ts';
import { LicenseMoves } from './license-moves.tsx';

type LicenseType = keyof typeof licenseTypes;

interface Change {
  readonly user: { readonly id: string; readonly name: string; readonly userName: string } | null;
  readonly from: { readonly type: LicenseType } | null;
  readonly to: { readonly type: LicenseType };
  readonly reason: string;
  readonly keptForWantOfSeat: boolean;
}

interface SeatEffect {
  readonly licenseType: LicenseType;
  readonly limit: number | null;
  readonly usedBefore: number;
  readonly usedAfter: number;
}

interface Move {
  readonly from: LicenseType | null;
  readonly to: LicenseType;
  readonly people: number;
  readonly kept: number;
}

export interface LicenseEffectsData {
  readonly moves: readonly Move[];
  readonly seats: readonly SeatEffect[];
  readonly changes: {
    readonly totalCount: number;
    readonly pageInfo: TablePage;
    readonly edges: readonly { readonly node: Change }[];
  };
}

const CHANGES: readonly Column<Change>[] = [
  { title: words.effects.columns.who, cell: ({ user }) => <Person user={user} /> },
  {
    title: words.effects.columns.from,
    cell: ({ from }) => (from === null ? common.none : licenseTypes[from.type]),
  },
  {
    title: words.effects.columns.to,
    cell: ({ to, reason, keptForWantOfSeat }) => (
      <>
        {licenseTypes[to.type]}
        <Text size="sm" c="dimmed">
          <bdi>{reason}</bdi> {keptForWantOfSeat && <strong>{words.effects.keptOne}</strong>}
        </Text>
      </>
    ),
  },
];

/** Who would hold another license, from what to what and why, and what that does to seats. */
export function LicenseEffects({
  licenses: { moves, seats, changes },
  state,
}: {
  licenses: LicenseEffectsData;
  state: SearchState;
}): ReactNode {
  if (moves.length === 0) return <Text>{words.effects.nobody}</Text>;
  return (
    <Stack>
      <LicenseMoves moves={moves} seats={seats} />
      <DataTable
        caption={words.effects.caption}
        columns={CHANGES}
        rows={changes.edges.map(({ node }) => node)}
        keyOf={(change) => change.user?.id ?? change.reason}
        state={state}
        page={changes.pageInfo}
        total={changes.totalCount}
        empty={null}
      />
    </Stack>
  );
}

function Person({ user }: { user: Change['user'] }): ReactNode {
  if (user === null) return words.effects.gone;
  return (
    <>
      <Anchor component={Link} to={paths.person(user.id)} size="sm">
        <bdi>{user.name}</bdi>
      </Anchor>
      <Text size="xs" c="dimmed">
        {user.userName}
      </Text>
    </>
  );
}
