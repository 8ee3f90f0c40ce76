import { Anchor, Group as Row, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useAnswer } from '../../../api/use-answer.ts';
import { NotThere } from '../../../frame/page-failure.tsx';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Loaded } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { Time } from '../../../ui/time.tsx';
import { words } from '../../../words/group.ts';
import { DeleteGroup } from './delete-group.tsx';
import { GroupHistory } from './group-history.tsx';
import { type Group, GROUP, isGroup } from './group-query.ts';
import { MappingSection } from './mapping-section.tsx';
import { MembersSection } from './members-section.tsx';
import { Newcomers } from './newcomers.tsx';
import { PermissionsSection } from './permissions-section.tsx';
import { RenameGroup } from './rename-group.tsx';

// What was changed by others is looked at before trying again.
const WHAT_CHANGES = ['VersionMismatch'];

/** Everything about one group: who is in it and why, and what that allows them. */
export function GroupPage(): ReactNode {
  const { id = '' } = useParams();
  const mayReadSets = useRight('permission_sets:read');
  const mayReadLogs = useRight('logs:read');
  const answer = useAnswer(GROUP, { id, mayReadSets }, { dependsOn: WHAT_CHANGES });
  return (
    <Loaded answer={answer}>
      {({ node }) =>
        isGroup(node) ? (
          <>
            <Head group={node} />
            <MembersSection group={node} />
            {node.permissionSets !== undefined && node.permissionSets !== null && (
              <PermissionsSection group={node} sets={node.permissionSets} />
            )}
            <MappingSection group={node} />
            {mayReadLogs && <GroupHistory key={node.id} id={node.id} />}
          </>
        ) : (
          <NotThere />
        )
      }
    </Loaded>
  );
}

function Head({ group }: { group: Group }): ReactNode {
  const mayWrite = useRight('people:write');
  return (
    <>
      <Anchor component={Link} to={paths.groups} size="sm">
        {words.back}
      </Anchor>
      <PageHeader
        title={group.displayName}
        purpose={
          <Row gap="sm">
            {group.defaultGroup !== null && (
              <Badge tone="quiet">{words.defaultGroups[group.defaultGroup]}</Badge>
            )}
            <Text span size="sm">
              {group.scimManaged ? words.managed : words.unmanaged}
            </Text>
            {group.defaultGroup !== null && (
              <Anchor component={Link} to={paths.defaultGroups} size="sm">
                {words.toCleanup}
              </Anchor>
            )}
          </Row>
        }
        action={
          mayWrite && (
            <Row gap="xs">
              <RenameGroup group={group} />
              <DeleteGroup group={group} />
            </Row>
          )
        }
      />
      <Stack mb="xl">
        <Facts
          facts={[
            [words.newcomers.name, <Newcomers group={group} />],
            ...(group.externalId === null ? [] : [[words.facts.externalId, group.externalId] as const]),
            [words.facts.createdAt, <Time at={group.createdAt} />],
            [words.facts.updatedAt, <Time at={group.updatedAt} />],
          ]}
        />
      </Stack>
    </>
  );
}
