import { Anchor, Button, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useAnswer } from '../../../api/use-answer.ts';
import { NotThere } from '../../../frame/page-failure.tsx';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CopyValue } from '../../../ui/copy-value.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Loaded } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { Time } from '../../../ui/time.tsx';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/custom-schemas.ts';
import { WatchedJob } from '../../jobs/watched-job.tsx';
import { AttributeTable } from './attribute-table.tsx';
import { ChangeSchema } from './change-schema.tsx';
import { type CustomSchema, SCHEMA } from './custom-schemas.ts';
import { RemoveSchema } from './remove-schema.tsx';

export function CustomSchemaPage(): ReactNode {
  const { id = '' } = useParams();
  const answer = useAnswer(SCHEMA, { id });
  return (
    <Loaded answer={answer}>
      {({ node }) =>
        node?.__typename === 'CustomSchema' ? (
          <Shown schema={node} onChanged={answer.askAgain} />
        ) : (
          <NotThere />
        )
      }
    </Loaded>
  );
}

function Shown({ schema, onChanged }: { schema: CustomSchema; onChanged: () => void }): ReactNode {
  const [isRemoving, setIsRemoving] = useState(false);
  const [jobId, setJobId] = useState<string>();
  const go = useNavigate();
  const mayChange = useRight('settings:write') && schema.state === 'IN_FORCE';
  return (
    <>
      <PageHeader
        title={schema.name}
        purpose={
          <Anchor component={Link} to={paths.customSchemas}>
            {words.all}
          </Anchor>
        }
        action={
          mayChange && (
            <Button variant="default" onClick={() => setIsRemoving(true)}>
              {words.remove.open}
            </Button>
          )
        }
      />
      <Stack gap="xl">
        <Facts facts={factsOf(schema)} />
        <AttributeTable attributes={schema.attributes} />
        {jobId !== undefined && <WatchedJob id={jobId} onEnd={onChanged} />}
        {mayChange && (
          <ChangeSchema
            key={schema.version}
            schema={schema}
            onChanged={(job) => {
              setJobId(job);
              onChanged();
            }}
          />
        )}
      </Stack>
      {isRemoving && (
        <RemoveSchema
          schema={schema}
          onClose={() => {
            setIsRemoving(false);
            onChanged();
          }}
          onRemoved={(job) => void go(`${paths.customSchemas}${job === undefined ? '' : `?job=${job}`}`)}
        />
      )}
    </>
  );
}

function factsOf(schema: CustomSchema): readonly (readonly [string, ReactNode])[] {
  const { urn, resourceType, description, state, resourcesWithValues, retiredAttributes, updatedAt } = schema;
  const { facts } = words;
  return [
    [facts.urn, <CopyValue key="urn" name={facts.urn} value={urn} />],
    [facts.extends, words.resourceTypes[resourceType]],
    [facts.description, description === '' ? common.none : <bdi key="description">{description}</bdi>],
    [
      facts.state,
      <Badge key="state" tone={state === 'IN_FORCE' ? 'good' : 'waiting'}>
        {words.states[state]}
      </Badge>,
    ],
    [facts.values, words.withValues[resourceType](resourcesWithValues.toLocaleString('en'))],
    ...(retiredAttributes.length > 0 ? ([[facts.retired, retiredAttributes.join(', ')]] as const) : []),
    [facts.changed, <Time key="changed" at={updatedAt} />],
  ];
}
