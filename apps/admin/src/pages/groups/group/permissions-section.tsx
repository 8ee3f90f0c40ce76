import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { ChangeButton } from '../../../ui/change-button.tsx';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { Section } from '../../../ui/section.tsx';
import { words } from '../../../words/group.ts';
import { SetInWords } from '../../../ui/set-in-words.tsx';
import { permissionSetMeanings } from '../../../words/permission-sets.ts';
import { permissionSets } from '../../../words/states.ts';
import type { Group } from './group-query.ts';

const GRANT = graphql(`
  mutation GrantPermissionSet($input: GroupPermissionSetGrantInput!) {
    groupPermissionSetGrant(input: $input) {
      ... on GroupPermissionSetGrantPayload {
        group {
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

const REVOKE = graphql(`
  mutation RevokePermissionSet($input: GroupPermissionSetRevokeInput!) {
    groupPermissionSetRevoke(input: $input) {
      ... on GroupPermissionSetRevokePayload {
        group {
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

const { permissions: texts } = words;

type PermissionSet = keyof typeof permissionSets;

const SETS = [
  'ACCOUNT_ADMIN',
  'SECURITY_ADMIN',
  'BILLING_ADMIN',
  'ACCOUNT_VIEWER',
  'MEMBER',
] as const satisfies readonly PermissionSet[];

/** What members may do, set by set; a set that gives more than one has oneself is refused, with the reason. */
export function PermissionsSection({
  group,
  sets,
}: {
  group: Group;
  sets: readonly PermissionSet[];
}): ReactNode {
  const mayWrite = useRight('permission_sets:write');
  const columns: readonly Column<PermissionSet>[] = [
    { title: texts.columns.set, cell: (set) => <SetInWords set={set} /> },
    {
      title: texts.columns.has,
      cell: (set) => <Granted group={group} set={set} isGranted={sets.includes(set)} mayWrite={mayWrite} />,
    },
  ];
  return (
    <Section title={texts.title} purpose={texts.purpose}>
      <DataTable caption={texts.caption} columns={columns} rows={SETS} keyOf={(set) => set} empty={null} />
    </Section>
  );
}

function Granted({
  isGranted,
  mayWrite,
  ...one
}: OneSet & { isGranted: boolean; mayWrite: boolean }): ReactNode {
  return (
    <Stack gap="xs" align="flex-start">
      <Badge tone={isGranted ? 'good' : 'quiet'}>{isGranted ? texts.granted : texts.notGranted}</Badge>
      {mayWrite && (isGranted ? <Revoke {...one} /> : <Grant {...one} />)}
    </Stack>
  );
}

interface OneSet {
  group: Group;
  set: PermissionSet;
}

function Grant({ group, set }: OneSet): ReactNode {
  const { grant } = texts;
  return (
    <ChangeButton
      mutation={GRANT}
      name="groupPermissionSetGrant"
      variables={inputOf(group, set)}
      label={grant.label}
      describedAs={grant.described(permissionSets[set])}
      size="compact-sm"
      question={{
        title: grant.title(permissionSets[set], group.displayName),
        text: <Told text={grant.text} set={set} more={set === 'ACCOUNT_ADMIN' ? grant.alert : undefined} />,
        action: grant.action,
      }}
    />
  );
}

function Revoke({ group, set }: OneSet): ReactNode {
  const { revoke } = texts;
  return (
    <ChangeButton
      mutation={REVOKE}
      name="groupPermissionSetRevoke"
      variables={inputOf(group, set)}
      label={revoke.label}
      describedAs={revoke.described(permissionSets[set])}
      size="compact-sm"
      question={{
        title: revoke.title(permissionSets[set], group.displayName),
        text: <Told text={revoke.text} set={set} />,
        action: revoke.action,
        isDangerous: true,
      }}
    />
  );
}

function inputOf(
  { id, version }: Group,
  permissionSet: PermissionSet,
): { input: { groupId: string; permissionSet: PermissionSet; expectedVersion: number } } {
  return { input: { groupId: id, permissionSet, expectedVersion: version } };
}

function Told({
  text,
  set,
  more,
}: {
  text: string;
  set: PermissionSet;
  more?: string | undefined;
}): ReactNode {
  return (
    <Stack gap="xs">
      <Text>{text}</Text>
      <Text fw={500}>{permissionSetMeanings[set]}</Text>
      {more !== undefined && <Text>{more}</Text>}
    </Stack>
  );
}
