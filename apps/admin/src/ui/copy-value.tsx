import { Button, Code, CopyButton, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../words/common.ts';

/** A value to paste elsewhere. `name` is what the button copies, for those who do not see the value beside it. */
export function CopyValue({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <Group gap="xs" wrap="nowrap" align="center">
      <Code style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{value}</Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={copy}
            aria-label={copied ? `${words.actions.copied}: ${name}` : `${words.actions.copy} ${name}`}
            style={{ flexShrink: 0 }}
          >
            {copied ? words.actions.copied : words.actions.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
