import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Refusal } from '../../../api/use-change.ts';
import { words } from '../../../words/custom-schemas.ts';

const ROWS = 16;

/** A schema as /Schemas prints it. */
export function DocumentField({
  text,
  isJson,
  refusal,
  onChange,
}: {
  text: string;
  isJson: boolean;
  refusal: Refusal | undefined;
  onChange: (text: string) => void;
}): ReactNode {
  const faults = (refusal?.fields ?? []).map(({ message }) => message).join(' ');
  return (
    <Textarea
      label={words.document}
      description={words.documentHelp}
      value={text}
      rows={ROWS}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      error={isJson ? faults : words.noJson}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
