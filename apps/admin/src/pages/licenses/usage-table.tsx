import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/licenses.ts';
import { licenseSources, licenseTypes } from '../../words/states.ts';

type LicenseType = keyof typeof licenseTypes;
type LicenseSource = keyof typeof licenseSources;

export interface Usage {
  readonly licenseType: LicenseType;
  readonly available: boolean;
  readonly limit: number | null;
  readonly used: number;
  readonly holders: readonly { readonly source: LicenseSource; readonly people: number }[];
}

const COLUMNS: readonly Column<Usage>[] = [
  { title: words.usage.columns.type, cell: ({ licenseType }) => licenseTypes[licenseType] },
  {
    title: words.usage.columns.used,
    cell: ({ licenseType, used }) => <Holders licenseType={licenseType} people={used} />,
  },
  { title: words.usage.columns.limit, cell: (usage) => limitOf(usage) },
  { title: words.usage.columns.left, cell: (usage) => <Left usage={usage} /> },
  {
    title: words.usage.columns.because,
    cell: ({ licenseType, holders }) => (
      <Stack gap={2}>
        {holders.map(({ source, people }) => (
          <Group key={source} gap={6}>
            <Text size="sm">{`${licenseSources[source]}:`}</Text>
            <Holders licenseType={licenseType} people={people} source={source} />
          </Group>
        ))}
      </Stack>
    ),
    isSecondary: true,
  },
];

/** How many hold each license, and why; each number leads to the people. */
export function UsageTable({ usage }: { usage: readonly Usage[] }): ReactNode {
  return (
    <DataTable
      caption={words.usage.caption}
      columns={COLUMNS}
      rows={usage}
      keyOf={({ licenseType }) => licenseType}
      empty={null}
    />
  );
}

function Holders({
  licenseType,
  people,
  source,
}: {
  licenseType: LicenseType;
  people: number;
  source?: LicenseSource;
}): ReactNode {
  if (people === 0) return 0;
  const search = new URLSearchParams({
    license: licenseType,
    state: 'ACTIVE',
    ...(source !== undefined && { source }),
  });
  return (
    <Anchor
      component={Link}
      to={`${paths.people}?${search.toString()}`}
      size="sm"
      aria-label={
        source === undefined
          ? words.usage.holdersOf(licenseTypes[licenseType], people)
          : words.usage.holdersBy(licenseTypes[licenseType], people, licenseSources[source])
      }
    >
      {people.toLocaleString('en')}
    </Anchor>
  );
}

function limitOf({ available, limit }: Usage): ReactNode {
  if (!available)
    return (
      <Text size="sm" c="dimmed">
        {words.usage.notAvailable}
      </Text>
    );
  return limit === null ? words.usage.unlimited : limit.toLocaleString('en');
}

function Left({ usage: { available, limit, used } }: { usage: Usage }): ReactNode {
  if (!available || limit === null) return common.none;
  if (used > limit) return <Badge tone="bad">{words.usage.over(used - limit)}</Badge>;
  if (used === limit) return <Badge tone="waiting">{words.usage.full}</Badge>;
  return (limit - used).toLocaleString('en');
}
