import { Button, Group, Stack, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Json } from '../../api/graphql.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Notice } from '../../ui/notices.tsx';
import { Time } from '../../ui/time.tsx';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/history.ts';
import { ActorName, type Made } from './actor-name.tsx';
import { fieldInWords, ValueText } from './values.tsx';

const { compare } = words;

/** The moments between which things are compared. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

interface FieldDifference {
  readonly field: string;
  readonly before: Json | null;
  readonly after: Json | null;
  readonly events: readonly Made[];
}

/** Asks for an earlier moment, and shows what is different now. */
export function Comparison({ children }: { children: (span: Span) => ReactNode }): ReactNode {
  const [typed, setTyped] = useState('');
  const [span, setSpan] = useState<Span>();
  const from = momentBeforeNow(typed);
  return (
    <Stack gap="sm" align="stretch">
      <Title order={3} size="h5">
        {compare.title}
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (from !== undefined) setSpan({ from: from.toISOString(), to: new Date().toISOString() });
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            type="datetime-local"
            label={compare.from}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={from === undefined}>
            {compare.action}
          </Button>
        </Group>
      </form>
      {span !== undefined && children(span)}
    </Stack>
  );
}

/** What became of it: each field with who changed it, and who or what joined and left. */
export function Differences({
  known,
  knownSince,
  came,
  fields,
  moves,
}: {
  known: boolean;
  knownSince: string | null;
  came: boolean;
  fields: readonly FieldDifference[];
  /** Joins and leaves in words, with what made them. */
  moves: readonly { readonly key: string; readonly text: string; readonly event: Made }[];
}): ReactNode {
  if (!known) {
    return (
      <Notice kind="warning" title={compare.unknown}>
        {knownSince !== null && (
          <>
            {compare.unknownSince} <Time at={knownSince} />
          </>
        )}
      </Notice>
    );
  }
  if (!came && fields.length === 0 && moves.length === 0) return <Notice title={compare.same} />;
  return (
    <>
      {came && <Notice title={compare.came} />}
      <DataTable
        caption={compare.caption}
        columns={COLUMNS}
        rows={[...fields.map(rowOfField), ...moves.map(rowOfMove)]}
        keyOf={({ key }) => key}
        empty={null}
      />
    </>
  );
}

interface Row {
  readonly key: string;
  readonly what: string;
  readonly before: Json | null | undefined;
  readonly after: Json | null | undefined;
  readonly isMove: boolean;
  readonly events: readonly Made[];
}

const rowOfField = ({ field, before, after, events }: FieldDifference): Row => ({
  key: field,
  what: fieldInWords(field),
  before,
  after,
  isMove: false,
  events,
});

const rowOfMove = ({ key, text, event }: { key: string; text: string; event: Made }): Row => ({
  key,
  what: text,
  before: undefined,
  after: undefined,
  isMove: true,
  events: [event],
});

const COLUMNS: readonly Column<Row>[] = [
  { title: compare.columns.field, cell: ({ what }) => <bdi>{what}</bdi> },
  { title: compare.columns.before, cell: ({ isMove, before }) => !isMove && <ValueText value={before} /> },
  { title: compare.columns.after, cell: ({ isMove, after }) => !isMove && <ValueText value={after} /> },
  {
    title: compare.columns.by,
    cell: ({ events }) => {
      const last = events.at(-1);
      return last === undefined ? common.none : <ActorName event={last} />;
    },
  },
];

/** What was typed, in the viewer's zone. */
function momentBeforeNow(typed: string): Date | undefined {
  const moment = new Date(typed);
  return Number.isNaN(moment.getTime()) || moment.getTime() >= Date.now() ? undefined : moment;
}
