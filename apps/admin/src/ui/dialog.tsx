import { type MantineSize, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../words/common.ts';

/** What is done in a window of its own. Where it shows what is shown once, it is kept: a click beside it does not close it. */
export function Dialog({
  title,
  isKept = false,
  size,
  onClose,
  children,
}: {
  title: string;
  isKept?: boolean;
  size?: MantineSize;
  onClose: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <Modal.Root
      opened
      onClose={onClose}
      closeOnClickOutside={!isKept}
      closeOnEscape={!isKept}
      {...(size !== undefined && { size })}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* As a landmark it would be taken for the header of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{title}</Modal.Title>
          <Modal.CloseButton aria-label={words.actions.close} />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
