import { Anchor, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Lines } from '../../ui/lines.tsx';
import { Notice } from '../../ui/notices.tsx';
import { cleanup as words, words as page } from '../../words/default-groups.ts';
import { permissionSets } from '../../words/states.ts';
import type { Cleanup } from './cleanup-query.ts';

type CleanupGroup = Cleanup['groups'][number];

/** What the plan says in numbers, and what people lose by it. */
export function CleanupPlan({ cleanup }: { cleanup: Cleanup }): ReactNode {
  const { groups, lostPermissionSets, signInsFillAgain, keepUnmanaged, turnOffAssignByDefault } = cleanup;
  const columns: readonly Column<CleanupGroup>[] = [
    { title: words.groups.columns.group, cell: ({ displayName }) => <bdi>{displayName}</bdi> },
    {
      title: words.groups.columns.leaving,
      cell: ({ kind, displayName, leaving }) => (
        <PeopleLink
          search={{ group: kind, planned: 'LEAVE' }}
          label={words.groups.leavingOf(displayName, leaving)}
        >
          {leaving}
        </PeopleLink>
      ),
    },
    {
      title: words.groups.columns.kept,
      cell: ({ kind, displayName, kept }) => (
        <PeopleLink search={{ group: kind, planned: 'KEEP' }} label={words.groups.keptOf(displayName, kept)}>
          {kept}
        </PeopleLink>
      ),
    },
    {
      title: words.groups.columns.carries,
      cell: ({ permissionSets: carried }) =>
        carried.length === 0 ? page.nothing : carried.map((set) => permissionSets[set]).join(', '),
      isSecondary: true,
    },
    {
      title: words.groups.columns.joined,
      cell: ({ assignByDefault }) =>
        assignByDefault
          ? turnOffAssignByDefault
            ? words.groups.turnedOff
            : page.joined.on
          : page.joined.off,
      isSecondary: true,
    },
  ];
  return (
    <>
      <Stack gap="xs" component="section" aria-label={words.groups.title}>
        <Title order={2} size="h4">
          {words.groups.title}
        </Title>
        <DataTable
          caption={words.groups.caption}
          columns={columns}
          rows={groups}
          keyOf={({ kind }) => kind}
          empty={null}
        />
        <Facts
          facts={[
            [words.options.keepUnmanaged, keepUnmanaged ? words.options.keep : words.options.leave],
            [
              words.options.turnOff,
              turnOffAssignByDefault ? words.options.joinNoLonger : words.options.goOnJoining,
            ],
          ]}
        />
        {signInsFillAgain && <Notice kind="warning" title={words.fillsAgain} />}
      </Stack>
      <Stack gap="xs" component="section" aria-label={words.lost.title}>
        <Title order={2} size="h4">
          {words.lost.title}
        </Title>
        {lostPermissionSets.length === 0 ? (
          <Text size="sm">{words.lost.none}</Text>
        ) : (
          <Lines>
            {lostPermissionSets.map(({ permissionSet, people }) => (
              <li key={permissionSet}>{words.lost.set(people, permissionSets[permissionSet])}</li>
            ))}
          </Lines>
        )}
      </Stack>
    </>
  );
}

function PeopleLink({
  search,
  label,
  children,
}: {
  search: Readonly<Record<string, string>>;
  label: string;
  children: number;
}): ReactNode {
  if (children === 0) return children;
  return (
    <Anchor component={Link} to={`?${new URLSearchParams(search).toString()}`} size="sm" aria-label={label}>
      {children.toLocaleString('en')}
    </Anchor>
  );
}
