import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Time } from '../../ui/time.tsx';
import { words as common } from '../../words/common.ts';
import { listProviders, words } from '../../words/ip-rules.ts';
import type { ListProvider } from './cut-list.ts';
import { ImportList } from './import-list.tsx';
import { RemoveList } from './remove-list.tsx';

const OLD_DAYS = 30;

export interface ImportedList {
  readonly provider: ListProvider;
  readonly ranges: number;
  readonly ageDays: number;
  readonly changeNumber: number | null;
  readonly importedAt: string;
  readonly importedBy: string;
  readonly publishedOn: string | null;
}

/** One provider's list: how old it is, and bringing and taking it. */
export function ProviderList({
  provider,
  list,
  mayWrite,
  onChanged,
}: {
  provider: ListProvider;
  list: ImportedList | undefined;
  mayWrite: boolean;
  onChanged: (text: string) => void;
}): ReactNode {
  const [act, setAct] = useState<'import' | 'remove'>();
  const name = listProviders[provider];
  const { file, link } = words.lists.sources[provider];
  const done = (text: string): void => {
    setAct(undefined);
    onChanged(text);
  };
  return (
    <Paper withBorder p="md" component="section" aria-label={name}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {name}
        </Title>
        <Text size="sm" c="dimmed">
          {file}{' '}
          <Anchor href={link} target="_blank" rel="noreferrer" size="sm" underline="always">
            {words.lists.download}
          </Anchor>
        </Text>
        {list === undefined ? <Text size="sm">{words.lists.none}</Text> : <AboutList list={list} />}
        {mayWrite && act === undefined && (
          <Group>
            <Button variant="default" onClick={() => setAct('import')}>
              {list === undefined ? words.lists.import : words.lists.importAgain}
            </Button>
            {list !== undefined && (
              <Button variant="default" onClick={() => setAct('remove')}>
                {words.lists.remove}
              </Button>
            )}
          </Group>
        )}
        {act === 'import' && (
          <ImportList provider={provider} onImported={done} onClose={() => setAct(undefined)} />
        )}
        {act === 'remove' && (
          <RemoveList provider={provider} onRemoved={done} onClose={() => setAct(undefined)} />
        )}
      </Stack>
    </Paper>
  );
}

function AboutList({ list }: { list: ImportedList }): ReactNode {
  const { ranges, ageDays, changeNumber, importedAt, importedBy, publishedOn } = list;
  return (
    <Facts
      facts={[
        [words.lists.ranges, ranges.toLocaleString('en')],
        [
          words.lists.age,
          <>
            {words.lists.days(ageDays)}{' '}
            {ageDays > OLD_DAYS && <Badge tone="waiting">{words.lists.old}</Badge>}
          </>,
        ],
        [
          words.lists.imported,
          <>
            <Time at={importedAt} /> <bdi>{words.lists.by(importedBy)}</bdi>
          </>,
        ],
        [words.lists.published, publishedOn ?? common.none],
        [words.lists.edition, changeNumber ?? common.none],
      ]}
    />
  );
}
