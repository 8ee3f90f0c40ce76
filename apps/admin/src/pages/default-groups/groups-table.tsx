import { Anchor, Switch } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useChange } from '../../api/use-change.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { RefusalNotice } from '../../ui/notices.tsx';
import { words } from '../../words/default-groups.ts';
import { permissionSets } from '../../words/states.ts';

const SWITCH = graphql(`
  mutation SwitchAssignByDefault($input: GroupUpdateInput!) {
    groupUpdate(input: $input) {
      ... on GroupUpdatePayload {
        group {
          id
          version
          assignByDefault
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const DELETE = graphql(`
  mutation DeleteDefaultGroup($input: DefaultGroupDeleteInput!) {
    defaultGroupDelete(input: $input) {
      ... on DefaultGroupDeletePayload {
        deletedId
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

export interface DefaultGroupRow {
  readonly id: string;
  readonly displayName: string;
  readonly version: number;
  readonly assignByDefault: boolean;
  readonly permissionSets: readonly (keyof typeof permissionSets)[] | null;
  readonly undeletableBecause: string | null;
  readonly memberCount: { readonly atLeast: number; readonly isExact: boolean };
}

type Asking = { readonly about: 'switch' | 'delete'; readonly group: DefaultGroupRow };

/** The default groups that there are, and what can be done to them one by one. */
export function GroupsTable({
  groups,
  mayWrite,
  onDeleted,
}: {
  groups: readonly DefaultGroupRow[];
  mayWrite: boolean;
  onDeleted: () => void;
}): ReactNode {
  const [asking, setAsking] = useState<Asking>();
  const switching = useChange(SWITCH, 'groupUpdate');
  const deleting = useChange(DELETE, 'defaultGroupDelete');

  const close = (): void => {
    switching.forget();
    deleting.forget();
    setAsking(undefined);
  };
  const switchTo = async ({ id, version }: DefaultGroupRow, assignByDefault: boolean): Promise<void> => {
    if ((await switching.make({ input: { id, assignByDefault, expectedVersion: version } })) !== undefined) {
      close();
    }
  };
  const remove = async ({ id }: DefaultGroupRow): Promise<void> => {
    if ((await deleting.make({ input: { id } })) === undefined) return;
    close();
    onDeleted();
  };

  const columns: readonly Column<DefaultGroupRow>[] = [
    { title: words.columns.group, cell: ({ displayName }) => <bdi>{displayName}</bdi> },
    { title: words.columns.members, cell: (group) => <Members group={group} />, isSecondary: true },
    { title: words.columns.carries, cell: (group) => carriedBy(group), isSecondary: true },
    {
      title: words.columns.joined,
      cell: (group) =>
        mayWrite ? (
          <Switch
            checked={group.assignByDefault}
            onChange={({ currentTarget: { checked } }) => {
              if (checked) setAsking({ about: 'switch', group });
              else void switchTo(group, false);
            }}
            label={group.assignByDefault ? words.joined.on : words.joined.off}
            aria-label={words.joined.label(group.displayName)}
            disabled={switching.isUnderWay}
          />
        ) : group.assignByDefault ? (
          words.joined.on
        ) : (
          words.joined.off
        ),
    },
    ...(mayWrite
      ? [
          {
            title: words.columns.act,
            cell: (group: DefaultGroupRow) => (
              <ActionButton
                size="xs"
                lockedBecause={group.undeletableBecause ?? undefined}
                onClick={() => setAsking({ about: 'delete', group })}
                aria-label={words.delete.actionOf(group.displayName)}
              >
                {words.delete.action}
              </ActionButton>
            ),
          },
        ]
      : []),
  ];

  return (
    <>
      {asking === undefined && <RefusalNotice refusal={switching.refusal} />}
      <DataTable
        caption={words.caption}
        columns={columns}
        rows={groups}
        keyOf={({ id }) => id}
        linkOf={({ id }) => paths.group(id)}
        empty={null}
      />
      {asking?.about === 'switch' && (
        <Confirm
          title={words.joined.turnOnTitle(asking.group.displayName)}
          action={words.joined.turnOn}
          isUnderWay={switching.isUnderWay}
          refusal={switching.refusal}
          onConfirm={() => void switchTo(asking.group, true)}
          onClose={close}
        >
          {words.joined.turnOnWarning(asking.group.displayName, carriedBy(asking.group))}
        </Confirm>
      )}
      {asking?.about === 'delete' && (
        <Confirm
          title={words.delete.title(asking.group.displayName)}
          action={words.delete.action}
          isDangerous
          typeToConfirm={asking.group.displayName}
          isUnderWay={deleting.isUnderWay}
          refusal={deleting.refusal}
          onConfirm={() => void remove(asking.group)}
          onClose={close}
        >
          {words.delete.warning}
        </Confirm>
      )}
    </>
  );
}

function Members({ group: { id, displayName, memberCount } }: { group: DefaultGroupRow }): ReactNode {
  const amount = memberCount.isExact
    ? memberCount.atLeast.toLocaleString('en')
    : words.atLeast(memberCount.atLeast);
  return (
    <Anchor component={Link} to={paths.group(id)} size="sm" aria-label={words.membersOf(displayName, amount)}>
      {amount}
    </Anchor>
  );
}

function carriedBy({ permissionSets: carried }: DefaultGroupRow): string {
  if (carried === null || carried.length === 0) return words.nothing;
  return carried.map((set) => permissionSets[set]).join(', ');
}
