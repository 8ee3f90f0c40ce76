import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useChange } from '../../../api/use-change.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { words } from '../../../words/sign-on.ts';

const REMOVE = graphql(`
  mutation SignOnProviderRemove($input: SsoProviderRemoveInput!) {
    ssoProviderRemove(input: $input) {
      ... on SsoProviderRemovePayload {
        account {
          id
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

/** Asks before everybody is signed out: the account’s name has to be typed. */
export function DisconnectProvider({
  version,
  accountSlug,
  onClose,
  onDone,
}: {
  version: number;
  accountSlug: string;
  onClose: () => void;
  onDone: () => void;
}): ReactNode {
  const { make, isUnderWay, refusal } = useChange(REMOVE, 'ssoProviderRemove');
  const remove = async (): Promise<void> => {
    if ((await make({ input: { expectedVersion: version } })) !== undefined) onDone();
  };
  return (
    <Confirm
      title={words.remove.title}
      action={words.remove.now}
      isDangerous
      typeToConfirm={accountSlug}
      isUnderWay={isUnderWay}
      refusal={refusal}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text>{words.remove.text}</Text>
        <Text>{words.remove.scim}</Text>
      </Stack>
    </Confirm>
  );
}
