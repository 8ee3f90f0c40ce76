import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import type { ResultOf } from 'gql.tada';
import { type ReactNode, useState } from 'react';
import { graphql, type Json } from '../../../api/graphql.ts';
import { useAnswer } from '../../../api/use-answer.ts';
import { isRefused, useChange } from '../../../api/use-change.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Loaded, Notice, RefusalNotice } from '../../../ui/notices.tsx';
import { words } from '../../../words/custom-schemas.ts';
import type { CustomSchema } from './custom-schemas.ts';

const PREVIEW = graphql(`
  query CustomSchemaPreview($input: CustomSchemaPreviewInput!) {
    customSchemaPreview(input: $input) {
      __typename
      ... on CustomSchemaChange {
        added
        changed
        removed {
          attribute
          withValues
        }
        impossible
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`);

const UPDATE = graphql(`
  mutation CustomSchemaUpdate($input: CustomSchemaUpdateInput!) {
    customSchemaUpdate(input: $input) {
      ... on CustomSchemaUpdatePayload {
        customSchema {
          id
          version
        }
        deletion {
          id
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`);

interface Asked {
  readonly schema: CustomSchema;
  readonly document: Json;
  readonly onChanged: (jobId?: string) => void;
}

type Change = Exclude<ResultOf<typeof PREVIEW>['customSchemaPreview'], { code: string }>;

/** What another version adds, changes and takes away, and the button that does it. */
export function SchemaPreview(asked: Asked): ReactNode {
  const answer = useAnswer(PREVIEW, { input: { id: asked.schema.id, document: asked.document } });
  return (
    <Loaded answer={answer}>
      {({ customSchemaPreview: result }) =>
        isRefused(result) ? <RefusalNotice refusal={result} /> : <Shown asked={asked} change={result} />
      }
    </Loaded>
  );
}

function Shown({
  asked: { schema, document, onChanged },
  change: { added, changed, removed, impossible },
}: {
  asked: Asked;
  change: Change;
}): ReactNode {
  const { make, isUnderWay, refusal } = useChange(UPDATE, 'customSchemaUpdate');
  const [isConfirmed, setIsConfirmed] = useState(false);
  const losesValues = removed.some(({ withValues }) => withValues > 0);
  const update = async (): Promise<void> => {
    const input = { id: schema.id, document, expectedVersion: schema.version, deleteValues: isConfirmed };
    const done = await make({ input });
    if (done !== undefined) onChanged(done.deletion?.id);
  };
  const facts = [
    [words.change.added, added.join(', ')],
    [words.change.changed, changed.join(', ')],
    [
      words.change.removed,
      removed.map(({ attribute, withValues }) => words.change.loses(attribute, withValues)).join(', '),
    ],
  ] as const;
  const shown = facts.filter(([, value]) => value !== '');
  if (impossible.length > 0) {
    return (
      <Notice kind="error" title={words.change.impossible}>
        <ul>
          {impossible.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </Notice>
    );
  }
  return (
    <Stack>
      <Text fw={600}>{words.change.what}</Text>
      {shown.length === 0 ? <Text c="dimmed">{words.change.none}</Text> : <Facts facts={shown} />}
      {losesValues && (
        <Checkbox
          label={words.change.deleteValues}
          checked={isConfirmed}
          onChange={(event) => setIsConfirmed(event.currentTarget.checked)}
        />
      )}
      <RefusalNotice refusal={refusal} onLookAgain={() => onChanged()} />
      <Group>
        <Button
          {...(losesValues && { color: 'red' })}
          disabled={losesValues && !isConfirmed}
          loading={isUnderWay}
          onClick={() => void update()}
        >
          {words.change.apply}
        </Button>
      </Group>
    </Stack>
  );
}
