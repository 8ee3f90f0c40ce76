import { Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyValue } from '../../ui/copy-value.tsx';
import { Notice } from '../../ui/notices.tsx';
import { words } from '../../words/service-tokens.ts';

export interface MadeToken {
  readonly name: string;
  /** Null when an answer before this one has shown it. */
  readonly value: string | null;
}

/** The value of a new token: this once. */
export function NewToken({
  made: { name, value },
  onCopied,
}: {
  made: MadeToken;
  onCopied: () => void;
}): ReactNode {
  return (
    <Notice kind={value === null ? 'warning' : 'success'} title={words.made.title(name)}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{value === null ? words.made.gone : words.made.once}</Text>
        {value !== null && <CopyValue name={words.made.value} value={value} />}
        <Button size="xs" variant="default" onClick={onCopied}>
          {words.made.done}
        </Button>
      </Stack>
    </Notice>
  );
}
