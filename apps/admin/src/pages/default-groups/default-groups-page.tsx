import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRight } from '../../frame/viewer.tsx';
import { Empty, Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { words } from '../../words/default-groups.ts';
import { GroupsTable } from './groups-table.tsx';
import { PastCleanups } from './past-cleanups.tsx';
import { PlanForm } from './plan-form.tsx';

const DEFAULT_GROUPS = graphql(`
  query DefaultGroups {
    account {
      scim {
        enabled
      }
      defaultGroups {
        id
        displayName
        defaultGroup
        version
        assignByDefault
        permissionSets
        undeletableBecause
        memberCount {
          atLeast
          isExact
        }
      }
    }
  }
`);

export function DefaultGroupsPage(): ReactNode {
  const answer = useAnswer(DEFAULT_GROUPS, {});
  const mayWrite = useRight('people:write');
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} />
      <Loaded answer={answer}>
        {({ account: { defaultGroups, scim } }) => {
          const groups = defaultGroups ?? [];
          return (
            <Stack gap="xl">
              <Stack gap="xs">
                {groups.length === 0 ? (
                  <Empty title={words.gone} />
                ) : (
                  <GroupsTable groups={groups} mayWrite={mayWrite} onDeleted={answer.askAgain} />
                )}
                {scim?.enabled === true && (
                  <Text size="sm" c="dimmed">
                    {words.joined.rests}
                  </Text>
                )}
              </Stack>
              {mayWrite && groups.length > 0 && (
                <Stack gap="xs" component="section" aria-label={words.plan.title}>
                  <Title order={2} size="h4">
                    {words.plan.title}
                  </Title>
                  <Text size="sm">{words.plan.help}</Text>
                  <PlanForm
                    groups={groups.flatMap(({ defaultGroup }) =>
                      defaultGroup === null ? [] : [defaultGroup],
                    )}
                  />
                </Stack>
              )}
              <PastCleanups />
            </Stack>
          );
        }}
      </Loaded>
    </>
  );
}
