import { Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useChange } from '../../../api/use-change.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { Notice } from '../../../ui/notices.tsx';
import { words } from '../../../words/scim-tokens.ts';
import { LastUse } from './last-use.tsx';
import type { ScimToken } from './scim-tokens.ts';

/** As long as an identity provider may take to come again. */
const LATELY_MS = 7 * 24 * 60 * 60_000;

const REVOKE = graphql(`
  mutation ScimTokenRevoke($input: ScimTokenRevokeInput!) {
    scimTokenRevoke(input: $input) {
      ... on ScimTokenRevokePayload {
        scimToken {
          id
          state
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

/** Asks before a token ends; its name is to be typed where something still uses it. */
export function RevokeToken({ token, onClose }: { token: ScimToken; onClose: () => void }): ReactNode {
  const { make, isUnderWay, refusal } = useChange(REVOKE, 'scimTokenRevoke');
  const [openedAt] = useState(() => Date.now());
  const isUsed = token.lastUsedAt !== null && openedAt - Date.parse(token.lastUsedAt) < LATELY_MS;
  const revoke = async (): Promise<void> => {
    if ((await make({ input: { id: token.id } })) !== undefined) onClose();
  };
  return (
    <Confirm
      title={words.revokeTitle(token.name)}
      action={words.revokeNow}
      isDangerous
      {...(isUsed && { typeToConfirm: token.name })}
      isUnderWay={isUnderWay}
      refusal={refusal}
      onConfirm={() => void revoke()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text>{words.revokeHelp}</Text>
        {isUsed && (
          <Notice kind="warning" title={words.revokeUsed}>
            {words.usedAt}: <LastUse token={token} />. {words.revokeUsedHelp}
          </Notice>
        )}
      </Stack>
    </Confirm>
  );
}
