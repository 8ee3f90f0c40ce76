import { Button, Group, Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { isRefused, useChange } from '../../api/use-change.ts';
import { Loaded, RefusalNotice } from '../../ui/notices.tsx';
import { Obstacles } from '../../ui/obstacles.tsx';
import { usePlace } from '../../ui/use-place.ts';
import { words } from '../../words/licenses.ts';
import { LicenseEffects } from './license-effects.tsx';
import type { MappingsInput } from './mappings.ts';

const PAGE_SIZE = 20;

const PREVIEW = graphql(`
  query PreviewOfLicenseMappings(
    $input: LicenseMappingPreviewInput!
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    licenseMappingPreview(input: $input) {
      ... on LicenseMappingPreview {
        previewToken
        obstacles {
          reason
          message
        }
        licenses {
          moves {
            from
            to
            people
            kept
          }
          seats {
            licenseType
            limit
            usedBefore
            usedAfter
          }
          changes(first: $first, after: $after, last: $last, before: $before) {
            totalCount
            pageInfo {
              hasNextPage
              hasPreviousPage
              startCursor
              endCursor
            }
            edges {
              node {
                user {
                  id
                  name
                  userName
                }
                from {
                  type
                }
                to {
                  type
                }
                reason
                keptForWantOfSeat
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

const SET = graphql(`
  mutation SetLicenseMappings($input: LicenseMappingSetInput!) {
    licenseMappingSet(input: $input) {
      ... on LicenseMappingSetPayload {
        licensesChanged
        licenses {
          version
        }
        recalculation {
          id
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
      ... on PlanChanged {
        differences
      }
    }
  }
`);

interface Applying {
  readonly mappings: MappingsInput;
  readonly onApplied: (text: string) => void;
}

/** What mappings would change, and the button that makes exactly that so. */
export function WhatIf({
  mappings,
  isSettled,
  onApplied,
}: Applying & {
  /** False while more is typed: what is shown is of an older draft, then. */
  isSettled: boolean;
}): ReactNode {
  const state = usePlace(PAGE_SIZE, JSON.stringify(mappings));
  const answer = useAnswer(PREVIEW, { input: { mappings }, ...state.page });
  return (
    <Paper withBorder p="md">
      <Stack>
        <Title order={3} size="h5">
          {words.effects.title}
        </Title>
        <Loaded answer={answer}>
          {({ licenseMappingPreview: preview }) => {
            if (isRefused(preview)) return <RefusalNotice refusal={preview} />;
            const { previewToken, obstacles, licenses } = preview;
            return (
              <Stack>
                <Obstacles obstacles={obstacles} />
                <LicenseEffects licenses={licenses} state={state} />
                <Apply
                  key={previewToken}
                  mappings={mappings}
                  previewToken={previewToken}
                  people={licenses.moves.reduce((sum, { people, kept }) => sum + people - kept, 0)}
                  canBeApplied={isSettled && !answer.isLoading && obstacles.length === 0}
                  onApplied={onApplied}
                  onLookAgain={answer.askAgain}
                />
              </Stack>
            );
          }}
        </Loaded>
      </Stack>
    </Paper>
  );
}

function Apply({
  mappings,
  previewToken,
  people,
  canBeApplied,
  onApplied,
  onLookAgain,
}: Applying & {
  previewToken: string;
  people: number;
  canBeApplied: boolean;
  onLookAgain: () => void;
}): ReactNode {
  const { make, isUnderWay, refusal, forget } = useChange(SET, 'licenseMappingSet');
  const apply = async (): Promise<void> => {
    const payload = await make({ input: { mappings, previewToken } });
    if (payload === undefined) return;
    onApplied(
      payload.recalculation === null
        ? words.mappings.applied(payload.licensesChanged)
        : words.mappings.appliedByJob,
    );
  };
  return (
    <>
      <RefusalNotice refusal={refusal} />
      <Group>
        {refusal === undefined ? (
          <Button onClick={() => void apply()} disabled={!canBeApplied} loading={isUnderWay}>
            {words.mappings.apply(people)}
          </Button>
        ) : (
          <Button
            variant="default"
            onClick={() => {
              forget();
              onLookAgain();
            }}
          >
            {words.mappings.lookAgain}
          </Button>
        )}
      </Group>
    </>
  );
}
