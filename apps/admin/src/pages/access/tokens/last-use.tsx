import type { ReactNode } from 'react';
import { Time } from '../../../ui/time.tsx';
import { words } from '../../../words/scim-tokens.ts';
import type { ScimToken } from './scim-tokens.ts';

/** When a token was used last, and from where. */
export function LastUse({ token }: { token: Pick<ScimToken, 'lastUsedAt' | 'lastUsedAddress'> }): ReactNode {
  return (
    <>
      <Time at={token.lastUsedAt} /> {token.lastUsedAddress !== null && words.from(token.lastUsedAddress)}
    </>
  );
}
