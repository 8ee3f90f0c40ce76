import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { Nothing } from '../../../ui/notices.tsx';
import { Section } from '../../../ui/section.tsx';
import { SetInWords } from '../../../ui/set-in-words.tsx';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/person.ts';
import type { Person } from './person-query.ts';

const { permissions: texts } = words;

type GivenSet = NonNullable<Person['permissionSets']>[number];

const COLUMNS: readonly Column<GivenSet>[] = [
  { title: texts.columns.set, cell: ({ permissionSet }) => <SetInWords set={permissionSet} /> },
  { title: texts.columns.by, cell: ({ groups }) => <Groups groups={groups} /> },
];

/** What a person may do here, and through which groups. */
export function PermissionsSection({
  person,
  sets,
}: {
  person: Person;
  sets: readonly GivenSet[];
}): ReactNode {
  return (
    <Section
      title={texts.title}
      purpose={person.state === 'ACTIVE' ? texts.purpose : `${texts.purpose} ${texts.rests}`}
    >
      <DataTable
        caption={texts.caption}
        columns={COLUMNS}
        rows={sets}
        keyOf={({ permissionSet }) => permissionSet}
        empty={<Nothing title={texts.emptyTitle}>{texts.empty}</Nothing>}
      />
    </Section>
  );
}

function Groups({ groups }: { groups: GivenSet['groups'] }): ReactNode {
  if (groups === undefined || groups === null) return common.none;
  if (groups.length === 0) return texts.direct;
  return groups.map(({ id, displayName }, place) => (
    <span key={id}>
      {place > 0 && ', '}
      <Anchor component={Link} to={paths.group(id)} inherit>
        <bdi>{displayName}</bdi>
      </Anchor>
    </span>
  ));
}
