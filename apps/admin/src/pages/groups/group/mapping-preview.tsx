import { Stack, Text } from '@mantine/core';
import type { ResultOf } from 'gql.tada';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useAnswer } from '../../../api/use-answer.ts';
import type { Refusal } from '../../../api/use-change.ts';
import { paths } from '../../../paths.ts';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { Notice } from '../../../ui/notices.tsx';
import { words } from '../../../words/group.ts';

const MOST_SHOWN = 20;

const PREVIEW = graphql(`
  query PreviewSsoGroupMapping($input: GroupSsoMappingPreviewInput!, $first: Int!) {
    groupSsoMappingPreview(input: $input) {
      ... on GroupSsoMappingPreview {
        joining
        leaving
        keepsLastAccountAdmin
        previewToken
        changes(first: $first) {
          edges {
            node {
              change
              user {
                id
                name
              }
            }
          }
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`);

const { mapping: texts } = words;

type Result = ResultOf<typeof PREVIEW>['groupSsoMappingPreview'];
export type Preview = Extract<Result, { previewToken: string }>;
type Change = Preview['changes']['edges'][number]['node'];

/** The preview of exactly these groups; undefined until it is asked for and there. */
export function usePreview(
  groupId: string,
  idpGroups: string[],
): {
  preview: Preview | undefined;
  refusal: Refusal | undefined;
  isLoading: boolean;
  ask: () => void;
} {
  const [asked, setAsked] = useState<string[]>();
  const isAsked = asked === idpGroups;
  const { data, isLoading, askAgain } = useAnswer(
    PREVIEW,
    { input: { groupId, idpGroups: asked ?? [] }, first: MOST_SHOWN },
    { pause: !isAsked },
  );
  const result = isAsked && !isLoading ? data?.groupSsoMappingPreview : undefined;
  return {
    preview: result !== undefined && 'previewToken' in result ? result : undefined,
    refusal: result !== undefined && 'code' in result ? result : undefined,
    isLoading: isAsked && isLoading,
    ask: () => (isAsked ? askAgain() : setAsked(idpGroups)),
  };
}

const COLUMNS: readonly Column<Change>[] = [
  { title: texts.columns.name, cell: ({ user }) => <bdi>{user?.name ?? words.members.gone}</bdi> },
  { title: texts.columns.change, cell: ({ change }) => texts.changes[change] },
];

/** Whom the next sign-ins would move. */
export function MappingPreview({
  preview: { joining, leaving, keepsLastAccountAdmin, changes },
}: {
  preview: Preview;
}): ReactNode {
  if (joining === 0 && leaving === 0 && !keepsLastAccountAdmin) return <Notice title={texts.nobody} />;
  return (
    <Stack gap="xs">
      <Notice title={texts.counts(joining, leaving)}>{keepsLastAccountAdmin && texts.keepsLast}</Notice>
      <DataTable
        caption={texts.caption}
        columns={COLUMNS}
        rows={changes.edges.map(({ node }) => node)}
        keyOf={({ user, change }) => `${user?.id} ${change}`}
        linkOf={({ user }) => (user === null ? paths.people : paths.person(user.id))}
        empty={null}
      />
      {joining + leaving > MOST_SHOWN && <Text size="sm">{texts.first(MOST_SHOWN)}</Text>}
    </Stack>
  );
}
