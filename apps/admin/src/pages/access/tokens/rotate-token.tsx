import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { newIdempotencyKey } from '../../../api/idempotency-key.ts';
import { faultOf, useChange } from '../../../api/use-change.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { RefusalNotice } from '../../../ui/notices.tsx';
import { Time } from '../../../ui/time.tsx';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/scim-tokens.ts';
import { LastUse } from './last-use.tsx';
import { endOfDay, LastDayField } from './last-day-field.tsx';
import type { ScimToken } from './scim-tokens.ts';
import { TokenValue } from './token-value.tsx';

const USUAL_OVERLAP = '7';

const ROTATE = graphql(`
  mutation ScimTokenRotate($input: ScimTokenRotateInput!) {
    scimTokenRotate(input: $input) {
      ... on ScimTokenRotatePayload {
        value
        oldScimToken {
          id
          expiresAt
          lastUsedAt
          lastUsedAddress
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

/** Exchanges a token without an outage. */
export function RotateToken({
  token,
  baseUrl,
  onClose,
}: {
  token: ScimToken;
  baseUrl: string;
  onClose: () => void;
}): ReactNode {
  const { make, isUnderWay, refusal } = useChange(ROTATE, 'scimTokenRotate');
  const [key] = useState(newIdempotencyKey);
  const [overlap, setOverlap] = useState(USUAL_OVERLAP);
  const [day, setDay] = useState('');
  const [made, setMade] = useState<Awaited<ReturnType<typeof make>>>();
  const rotate = async (): Promise<void> => {
    const expiresAt = endOfDay(day);
    const done = await make({
      input: {
        id: token.id,
        overlapDays: Number(overlap),
        idempotencyKey: key,
        ...(expiresAt !== undefined && { expiresAt }),
      },
    });
    setMade(done);
  };
  return (
    <Dialog onClose={onClose} title={words.rotateTitle(token.name)} size="lg" isKept={made !== undefined}>
      {made === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void rotate();
          }}
        >
          <Stack>
            <Text size="sm">{words.rotateHelp}</Text>
            <Facts facts={[[words.usedAt, <LastUse key="used" token={token} />]]} />
            <Select
              label={words.overlap}
              data={Object.entries(words.overlaps).map(([value, label]) => ({ value, label }))}
              value={overlap}
              allowDeselect={false}
              error={faultOf(refusal, 'input.overlapDays')}
              onChange={(value) => setOverlap(value ?? USUAL_OVERLAP)}
            />
            <LastDayField day={day} refusal={refusal} onChange={setDay} />
            <RefusalNotice refusal={refusal} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {common.actions.cancel}
              </Button>
              <Button type="submit" loading={isUnderWay}>
                {words.rotateNow}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <TokenValue value={made.value} baseUrl={baseUrl} onClose={onClose}>
          <Facts
            facts={[
              [words.oldUsed, <LastUse key="used" token={made.oldScimToken} />],
              [words.oldEnds, <Time key="ends" at={made.oldScimToken.expiresAt} />],
            ]}
          />
        </TokenValue>
      )}
    </Dialog>
  );
}
