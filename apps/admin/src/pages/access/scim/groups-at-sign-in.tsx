import { Button, Group, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useAnswer } from '../../../api/use-answer.ts';
import { isRefused } from '../../../api/use-change.ts';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { Loaded, RefusalNotice } from '../../../ui/notices.tsx';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/scim.ts';
import { Section } from '../section.tsx';
import { PersonLink } from './person-link.tsx';
import type { SettingInput } from './settings.ts';

const GROUPS = graphql(`
  query ScimPreviewGroups($input: ScimConfigurationPreviewInput!, $after: ID) {
    scimConfigurationPreview(input: $input) {
      __typename
      ... on ScimConfigurationPreview {
        groupsAtSignIn(after: $after) {
          next
          changes {
            user {
              id
              name
            }
            joins {
              id
              displayName
            }
            leaves {
              id
              displayName
            }
            keptIn {
              id
              displayName
            }
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

interface NamedGroup {
  readonly displayName: string;
}

interface Change {
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly joins: readonly NamedGroup[];
  readonly leaves: readonly NamedGroup[];
  readonly keptIn: NamedGroup | null;
}

const COLUMNS: readonly Column<Change>[] = [
  { title: words.groups.person, cell: ({ user }) => <PersonLink user={user} /> },
  { title: words.groups.joins, cell: ({ joins }) => namesOf(joins) },
  {
    title: words.groups.leaves,
    cell: ({ leaves, keptIn }) =>
      keptIn === null ? namesOf(leaves) : words.groups.keptIn(keptIn.displayName),
  },
];

/** What the next sign-ins do to people’s groups, when they rule again. */
export function GroupsAtSignIn({ input }: { input: SettingInput }): ReactNode {
  const [after, setAfter] = useState<string | null>(null);
  const answer = useAnswer(GROUPS, { input, after });
  return (
    <Section title={words.groups.title}>
      <Text size="sm" c="dimmed" mb="xs">
        {words.groups.help}
      </Text>
      <Loaded answer={answer}>
        {({ scimConfigurationPreview: result }) => {
          if (isRefused(result)) return <RefusalNotice refusal={result} />;
          const page = result.groupsAtSignIn;
          if (page === null) return null;
          return (
            <>
              <DataTable
                caption={words.groups.caption}
                columns={COLUMNS}
                rows={page.changes}
                keyOf={({ user }) => user?.id ?? ''}
                empty={<Text c="dimmed">{words.groups.nobody}</Text>}
              />
              <Group gap="xs" mt="xs">
                {after !== null && (
                  <Button variant="default" size="xs" onClick={() => setAfter(null)}>
                    {words.groups.first}
                  </Button>
                )}
                {page.next !== null && (
                  <Button variant="default" size="xs" onClick={() => setAfter(page.next)}>
                    {words.groups.more}
                  </Button>
                )}
              </Group>
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function namesOf(groups: readonly NamedGroup[]): string {
  return groups.length === 0 ? common.none : groups.map(({ displayName }) => displayName).join(', ');
}
