import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../words/common.ts';

/** A button that stays where it is when it cannot be used, and says why to whoever points at it or reaches it by keyboard. */
export function ActionButton({
  lockedBecause,
  onClick,
  children,
  ...look
}: ButtonProps & {
  lockedBecause?: string | undefined;
  onClick: () => void;
  'aria-label'?: string;
  children: ReactNode;
}): ReactNode {
  if (lockedBecause === undefined) {
    return (
      <Button variant="default" onClick={onClick} {...look}>
        {children}
      </Button>
    );
  }
  return (
    <Tooltip
      label={words.actions.locked(lockedBecause)}
      multiline
      maw={320}
      // Beside the page it would belong to nothing that can be gone to.
      portalProps={{ target: '#page' }}
      events={{ hover: true, focus: true, touch: true }}
    >
      <Button
        variant="default"
        {...look}
        data-disabled
        aria-disabled="true"
        aria-description={words.actions.locked(lockedBecause)}
        onClick={(event) => event.preventDefault()}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
