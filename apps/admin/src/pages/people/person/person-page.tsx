import { Anchor, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useAnswer } from '../../../api/use-answer.ts';
import { NotThere } from '../../../frame/page-failure.tsx';
import { useRight, useViewer } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Loaded, Notice } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { useSearchState } from '../../../ui/use-search-state.ts';
import { words } from '../../../words/person.ts';
import { Comings } from './comings.tsx';
import { GroupsSection } from './groups-section.tsx';
import { LicenseSection } from './license-section.tsx';
import { PermissionsSection } from './permissions-section.tsx';
import { PersonHistory } from './person-history.tsx';
import { type Person, PERSON } from './person-query.ts';
import { ProfileSection } from './profile-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { SignInSection } from './sign-in-section.tsx';

const GROUPS_A_PAGE = 25;
// Who is in no group yet has none in the answer; and what was changed by others is looked at before trying again.
const WHAT_CHANGES = ['Group', 'VersionMismatch'];

/** Everything about one person. Everybody may see themselves here. */
export function PersonPage(): ReactNode {
  const { id = '' } = useParams();
  const viewer = useViewer();
  const mayReadPeople = useRight('people:read');
  const mayReadSets = useRight('permission_sets:read') || viewer.user?.id === id;
  const mayReadLogs = useRight('logs:read');
  const state = useSearchState(GROUPS_A_PAGE);
  const answer = useAnswer(
    PERSON,
    { id, mayReadPeople, mayReadSets, ...state.page },
    { dependsOn: WHAT_CHANGES },
  );
  return (
    <Loaded answer={answer}>
      {({ account: { user } }) =>
        user === null ? (
          <NotThere />
        ) : (
          <>
            <Head person={user} />
            <LicenseSection person={user} />
            <GroupsSection person={user} state={state} />
            {user.permissionSets !== undefined && user.permissionSets !== null && (
              <PermissionsSection person={user} sets={user.permissionSets} />
            )}
            <SignInSection person={user} />
            <SessionsSection person={user} askAgain={answer.askAgain} />
            <ProfileSection person={user} />
            {mayReadLogs && <PersonHistory key={user.id} id={user.id} />}
          </>
        )
      }
    </Loaded>
  );
}

function Head({ person }: { person: Person }): ReactNode {
  const mayReadPeople = useRight('people:read');
  return (
    <>
      {mayReadPeople && (
        <Anchor component={Link} to={paths.people} size="sm">
          {words.back}
        </Anchor>
      )}
      <PageHeader
        title={person.name}
        purpose={
          <Group gap="sm">
            <StateBadge state={person.state} />
            <Text span size="sm">
              <bdi>{person.userName}</bdi>
            </Text>
            <Text span size="sm">
              {person.localAdministrator
                ? words.localAdministrator
                : person.scimManaged
                  ? words.managed
                  : words.unmanaged}
            </Text>
          </Group>
        }
        action={<Comings person={person} />}
      />
      <StateNotice person={person} />
    </>
  );
}

function StateNotice({ person: { state, erased, deletedBy } }: { person: Person }): ReactNode {
  if (erased) return <Spaced title={words.erased} />;
  if (deletedBy !== null) return <Spaced title={words.deletedBy[deletedBy]}>{words.states.DELETED}</Spaced>;
  return state === 'ACTIVE' ? null : <Spaced title={words.states[state]} />;
}

function Spaced({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <div style={{ marginBottom: 'var(--mantine-spacing-lg)' }}>
      <Notice title={title}>{children}</Notice>
    </div>
  );
}
