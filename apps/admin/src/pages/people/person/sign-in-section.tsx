import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { ChangeButton } from '../../../ui/change-button.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/person.ts';
import { InvitationChanges } from '../../invitations/invitation-changes.tsx';
import type { Person } from './person-query.ts';

const ASK_AGAIN = graphql(`
  mutation ResendConfirmation($input: EmailChangeResendInput!) {
    emailChangeResend(input: $input) {
      ... on EmailChangeResendPayload {
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

const FORGET = graphql(`
  mutation ForgetSignIn($input: UserSignInForgetInput!) {
    userSignInForget(input: $input) {
      ... on UserSignInForgetPayload {
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

const { access: texts } = words;

type Fact = readonly [name: string, value: ReactNode];

/** How a person comes in: invitation, addresses, who they are at the provider and its groups. */
export function SignInSection({ person }: { person: Person }): ReactNode {
  const mayWrite = useRight('people:write');
  const facts: Fact[] = [
    ...(person.state === 'INVITED' && person.invitation !== undefined
      ? [[texts.invitation, <Invitation person={person} mayWrite={mayWrite} />] as const]
      : []),
    ...(person.emailChange
      ? [[texts.emailChange, <EmailChange person={person} mayWrite={mayWrite} />] as const]
      : []),
    [texts.signInEmail, person.signInEmail ?? common.none],
    [texts.binding, <Binding person={person} mayWrite={mayWrite} />],
    [texts.groups, <SignInGroups groups={person.signInGroups} />],
  ];
  return (
    <Section title={texts.title}>
      <Facts facts={facts} />
    </Section>
  );
}

interface Part {
  person: Person;
  mayWrite: boolean;
}

function Invitation({ person: { id, name, invitation }, mayWrite }: Part): ReactNode {
  return (
    <Stack gap="xs">
      {invitation ? (
        <Text component="div">
          {texts.invited(invitation.address)}, <Time at={invitation.createdAt} />. {texts.expires}{' '}
          <Time at={invitation.expiresAt} />.
        </Text>
      ) : (
        texts.noInvitation
      )}
      {mayWrite && <InvitationChanges userId={id} name={name} isOpen={Boolean(invitation)} />}
    </Stack>
  );
}

function EmailChange({ person: { id, emailChange }, mayWrite }: Part): ReactNode {
  if (!emailChange) return null;
  return (
    <Stack gap="xs">
      <Text component="div">
        {texts.waiting(emailChange.address)} <Time at={emailChange.requestedAt} />
      </Text>
      {mayWrite && (
        <ChangeButton
          mutation={ASK_AGAIN}
          name="emailChangeResend"
          variables={{ input: { userId: id } }}
          label={texts.askAgain.label}
          size="compact-sm"
          question={texts.askAgain}
          done={texts.askAgain.done}
        />
      )}
    </Stack>
  );
}

function Binding({ person: { id, name, signInBinding }, mayWrite }: Part): ReactNode {
  if (signInBinding === null) return texts.unbound;
  const { subject, issuer, boundAt } = signInBinding;
  return (
    <Stack gap="xs">
      <Text component="div">
        {texts.bound(subject, issuer)}, <Time at={boundAt} />
      </Text>
      {mayWrite && (
        <Group>
          <ChangeButton
            mutation={FORGET}
            name="userSignInForget"
            variables={{ input: { id } }}
            label={texts.forget.label}
            size="compact-sm"
            question={{ ...texts.forget, title: texts.forget.title(name), isDangerous: true }}
          />
        </Group>
      )}
    </Stack>
  );
}

function SignInGroups({ groups }: { groups: Person['signInGroups'] }): ReactNode {
  if (groups === null || groups.length === 0) return texts.noGroups;
  return (
    <Stack gap={0}>
      {groups.map((group) => (
        <bdi key={group}>{group}</bdi>
      ))}
    </Stack>
  );
}
