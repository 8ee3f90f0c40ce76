import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useRight, useViewer } from '../../../frame/viewer.tsx';
import { ChangeButton } from '../../../ui/change-button.tsx';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { Nothing } from '../../../ui/notices.tsx';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';
import { words } from '../../../words/person.ts';
import type { Person } from './person-query.ts';

const END = graphql(`
  mutation EndSession($input: SessionRevokeInput!) {
    sessionRevoke(input: $input) {
      ... on SessionRevokePayload {
        sessionId
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const { sessions: texts } = words;

type Session = Person['sessions'][number];

/** Where a person is signed in. Everybody may end their own sessions. */
export function SessionsSection({ person, askAgain }: { person: Person; askAgain: () => void }): ReactNode {
  const mayWrite = useRight('people:write');
  const isSelf = useViewer().user?.id === person.id;
  return (
    <Section title={texts.title} purpose={texts.purpose}>
      <DataTable
        caption={texts.caption}
        columns={mayWrite || isSelf ? [...COLUMNS, ending(askAgain)] : COLUMNS}
        rows={person.sessions}
        keyOf={({ id }) => id}
        empty={<Nothing title={texts.emptyTitle} />}
      />
    </Section>
  );
}

const COLUMNS: readonly Column<Session>[] = [
  {
    title: texts.columns.browser,
    cell: ({ userAgent, isCurrent, kind }) => (
      <>
        {userAgent ?? texts.unknown}
        {isCurrent && ` (${texts.current})`}
        {kind === 'LINK' && (
          <Text size="xs" c="dimmed">
            {texts.link}
          </Text>
        )}
      </>
    ),
  },
  { title: texts.columns.address, cell: ({ address }) => address },
  { title: texts.columns.lastSeen, cell: ({ lastSeenAt }) => <Time at={lastSeenAt} />, isSecondary: true },
  { title: texts.columns.since, cell: ({ createdAt }) => <Time at={createdAt} />, isSecondary: true },
];

function ending(onDone: () => void): Column<Session> {
  return {
    title: texts.columns.action,
    cell: ({ id, address, isCurrent }) => (
      <ChangeButton
        mutation={END}
        name="sessionRevoke"
        variables={{ input: { id } }}
        label={texts.revoke.label}
        describedAs={texts.revoke.described(address)}
        size="compact-sm"
        question={{
          ...texts.revoke,
          text: isCurrent ? `${texts.revoke.text} ${texts.revoke.own}` : texts.revoke.text,
          isDangerous: true,
        }}
        onDone={onDone}
      />
    ),
  };
}
