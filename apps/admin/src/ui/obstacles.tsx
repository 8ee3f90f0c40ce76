import type { ReactNode } from 'react';
import { words } from '../words/common.ts';
import { Lines } from './lines.tsx';
import { Notice } from './notices.tsx';

/** Why a previewed change would be refused; nothing where it would not. */
export function Obstacles({
  obstacles,
}: {
  obstacles: readonly { readonly reason: string; readonly message: string }[];
}): ReactNode {
  if (obstacles.length === 0) return null;
  return (
    <Notice kind="error" title={words.errors.obstacles}>
      <Lines>
        {obstacles.map(({ reason, message }) => (
          <li key={`${reason} ${message}`}>{message}</li>
        ))}
      </Lines>
    </Notice>
  );
}
