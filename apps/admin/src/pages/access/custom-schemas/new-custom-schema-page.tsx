import { Anchor, Button, Group, Select, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { graphql } from '../../../api/graphql.ts';
import { newIdempotencyKey } from '../../../api/idempotency-key.ts';
import { useChange } from '../../../api/use-change.ts';
import { paths } from '../../../paths.ts';
import { RefusalNotice } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { EXAMPLE, words } from '../../../words/custom-schemas.ts';
import { parseJson } from './custom-schemas.ts';
import { DocumentField } from './document-field.tsx';

const CREATE = graphql(`
  mutation CustomSchemaCreate($input: CustomSchemaCreateInput!) {
    customSchemaCreate(input: $input) {
      ... on CustomSchemaCreatePayload {
        customSchema {
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

export function NewCustomSchemaPage(): ReactNode {
  const { make, isUnderWay, refusal } = useChange(CREATE, 'customSchemaCreate');
  const [resourceType, setResourceType] = useState<keyof typeof words.resourceTypes>('USER');
  const [text, setText] = useState(EXAMPLE);
  const go = useNavigate();
  const document = parseJson(text);
  const create = async (): Promise<void> => {
    if (document === undefined) return;
    const input = { resourceType, document, idempotencyKey: newIdempotencyKey() };
    const done = await make({ input });
    if (done !== undefined) await go(paths.customSchema(done.customSchema.id));
  };
  return (
    <>
      <PageHeader
        title={words.newTitle}
        purpose={words.newPurpose}
        action={
          <Anchor component={Link} to={paths.customSchemas}>
            {words.all}
          </Anchor>
        }
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Stack maw="48rem">
          <Select
            label={words.resourceType}
            data={Object.entries(words.resourceTypes).map(([value, label]) => ({ value, label }))}
            value={resourceType}
            allowDeselect={false}
            onChange={(value) => setResourceType(value === 'GROUP' ? 'GROUP' : 'USER')}
          />
          <DocumentField text={text} isJson={document !== undefined} refusal={refusal} onChange={setText} />
          <RefusalNotice refusal={refusal} />
          <Group>
            <Button type="submit" loading={isUnderWay} disabled={document === undefined}>
              {words.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}
