import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../../../api/use-answer.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { Empty, Loaded } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { words } from '../../../words/custom-schemas.ts';
import { WatchedJob } from '../../jobs/watched-job.tsx';
import { ChangeLink } from '../change-link.tsx';
import { SCHEMAS } from './custom-schemas.ts';

interface Row {
  readonly id: string;
  readonly urn: string;
  readonly name: string;
  readonly resourceType: keyof typeof words.resourceTypes;
  readonly state: keyof typeof words.states;
  readonly attributes: readonly { readonly name: string }[];
}

const COLUMNS: readonly Column<Row>[] = [
  { title: words.columns.name, cell: ({ name }) => <bdi>{name}</bdi> },
  { title: words.columns.urn, cell: ({ urn }) => urn },
  {
    title: words.columns.extends,
    cell: ({ resourceType }) => words.resourceTypes[resourceType],
    isSecondary: true,
  },
  { title: words.columns.attributes, cell: ({ attributes }) => attributes.length, isSecondary: true },
  {
    title: words.columns.state,
    cell: ({ state }) => (
      <Badge tone={state === 'IN_FORCE' ? 'good' : 'waiting'}>{words.states[state]}</Badge>
    ),
  },
];

export function CustomSchemasPage(): ReactNode {
  const answer = useAnswer(SCHEMAS, {});
  const mayChange = useRight('settings:write');
  // Of a schema that was just taken away: its values go one after another.
  const job = useSearchParams()[0].get('job');
  return (
    <>
      <PageHeader
        title={words.title}
        purpose={words.purpose}
        action={mayChange && <ChangeLink to={paths.newCustomSchema}>{words.define}</ChangeLink>}
      />
      {job !== null && <WatchedJob id={job} onEnd={answer.askAgain} />}
      <Loaded answer={answer}>
        {({ account: { scim } }) => (
          <DataTable
            caption={words.caption}
            columns={COLUMNS}
            rows={scim?.customSchemas ?? []}
            keyOf={({ id }) => id}
            linkOf={({ id }) => paths.customSchema(id)}
            empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
          />
        )}
      </Loaded>
    </>
  );
}
