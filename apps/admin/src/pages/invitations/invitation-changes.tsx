import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../api/graphql.ts';
import { ChangeButton } from '../../ui/change-button.tsx';
import { words } from '../../words/person.ts';

const RESEND = graphql(`
  mutation ResendInvitation($input: InvitationResendInput!) {
    invitationResend(input: $input) {
      ... on InvitationResendPayload {
        user {
          id
          invitation {
            id
          }
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const REVOKE = graphql(`
  mutation RevokeInvitation($input: InvitationRevokeInput!) {
    invitationRevoke(input: $input) {
      ... on InvitationRevokePayload {
        user {
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

const { resend, revoke } = words.access;

/** Sends somebody who is invited another mail, or takes the open one back. Neither is ever locked. */
export function InvitationChanges({
  userId,
  name,
  isOpen,
}: {
  userId: string;
  name: string;
  isOpen: boolean;
}): ReactNode {
  const variables = { input: { userId } };
  return (
    <Group gap="xs">
      <ChangeButton
        mutation={RESEND}
        name="invitationResend"
        variables={variables}
        label={resend.label}
        describedAs={resend.described(name)}
        size="compact-sm"
        question={{ ...resend, title: resend.title(name) }}
        done={resend.done}
      />
      {isOpen && (
        <ChangeButton
          mutation={REVOKE}
          name="invitationRevoke"
          variables={variables}
          label={revoke.label}
          describedAs={revoke.described(name)}
          size="compact-sm"
          question={{ ...revoke, title: revoke.title(name), isDangerous: true }}
        />
      )}
    </Group>
  );
}
