import { Anchor, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { NotThere } from '../../frame/page-failure.tsx';
import { useRight } from '../../frame/viewer.tsx';
import { paths } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Time } from '../../ui/time.tsx';
import { cleanup as words, cleanupStates } from '../../words/default-groups.ts';
import { CleanupActions } from './cleanup-actions.tsx';
import { CleanupPeople } from './cleanup-people.tsx';
import { CleanupPlan } from './cleanup-plan.tsx';
import { type Cleanup, useCleanup } from './cleanup-query.ts';
import { CleanupSteps } from './cleanup-steps.tsx';
import { CleanupWork } from './cleanup-work.tsx';
import { CLEANUP_TONES } from './past-cleanups.tsx';

/** From the plan over the work to undoing it, whenever one comes here. */
export function CleanupPage(): ReactNode {
  const { id = '' } = useParams();
  const answer = useCleanup(id);
  return (
    <Loaded answer={answer}>
      {({ cleanup }) => (cleanup === null ? <NotThere /> : <OneCleanup cleanup={cleanup} />)}
    </Loaded>
  );
}

function OneCleanup({ cleanup }: { cleanup: Cleanup }): ReactNode {
  const mayWrite = useRight('people:write');
  return (
    <>
      <PageHeader
        title={words.title}
        purpose={
          <>
            <Badge tone={CLEANUP_TONES[cleanup.state]}>{cleanupStates[cleanup.state]}</Badge>{' '}
            {words.planned(cleanup.plannedBy.name)}, <Time at={cleanup.plannedAt} />
            {' · '}
            <Anchor component={Link} to={paths.defaultGroups} underline="always">
              {words.back}
            </Anchor>
          </>
        }
      />
      <Stack gap="xl">
        <CleanupSteps state={cleanup.state} />
        <CleanupWork cleanup={cleanup} />
        {mayWrite && <CleanupActions cleanup={cleanup} />}
        <CleanupPlan cleanup={cleanup} />
        {/* What became of people is another list once the state is another. */}
        <CleanupPeople key={cleanup.state} cleanup={cleanup} />
      </Stack>
    </>
  );
}
