import { Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Json } from '../../../api/graphql.ts';
import { words } from '../../../words/custom-schemas.ts';
import { Section } from '../section.tsx';
import { parseJson, type CustomSchema } from './custom-schemas.ts';
import { DocumentField } from './document-field.tsx';
import { SchemaPreview } from './schema-preview.tsx';

/** Another version of a schema: written, looked at, applied. */
export function ChangeSchema({
  schema,
  onChanged,
}: {
  schema: CustomSchema;
  onChanged: (jobId?: string) => void;
}): ReactNode {
  const [text, setText] = useState(() => JSON.stringify(schema.document, undefined, 2));
  const [asked, setAsked] = useState<Json>();
  const document = parseJson(text);
  return (
    <Section title={words.change.title}>
      <Stack maw="48rem">
        <DocumentField
          text={text}
          isJson={document !== undefined}
          refusal={undefined}
          onChange={(changed) => {
            setText(changed);
            setAsked(undefined);
          }}
        />
        <Group>
          <Button variant="default" disabled={document === undefined} onClick={() => setAsked(document)}>
            {words.change.look}
          </Button>
        </Group>
        {asked !== undefined && <SchemaPreview schema={schema} document={asked} onChanged={onChanged} />}
      </Stack>
    </Section>
  );
}
