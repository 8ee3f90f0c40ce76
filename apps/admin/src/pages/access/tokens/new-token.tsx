import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { newIdempotencyKey } from '../../../api/idempotency-key.ts';
import { faultOf, useChange } from '../../../api/use-change.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { RefusalNotice } from '../../../ui/notices.tsx';
import { words as common } from '../../../words/common.ts';
import { words } from '../../../words/scim-tokens.ts';
import { endOfDay, LastDayField } from './last-day-field.tsx';
import { TokenValue } from './token-value.tsx';

const CREATE = graphql(`
  mutation ScimTokenCreate($input: ScimTokenCreateInput!) {
    scimTokenCreate(input: $input) {
      ... on ScimTokenCreatePayload {
        value
        scimToken {
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
    }
  }
`);

/** Makes a token and shows its value, once. */
export function NewToken({ baseUrl, onClose }: { baseUrl: string; onClose: () => void }): ReactNode {
  const { make, isUnderWay, refusal } = useChange(CREATE, 'scimTokenCreate');
  const [key] = useState(newIdempotencyKey);
  const [name, setName] = useState('');
  const [day, setDay] = useState('');
  const [made, setMade] = useState<{ value: string | null }>();
  const create = async (): Promise<void> => {
    const expiresAt = endOfDay(day);
    const done = await make({
      input: { name, idempotencyKey: key, ...(expiresAt !== undefined && { expiresAt }) },
    });
    if (done !== undefined) setMade(done);
  };
  return (
    <Dialog onClose={onClose} title={words.createTitle} size="lg" isKept={made !== undefined}>
      {made === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          <Stack>
            <TextInput
              label={words.name}
              description={words.nameHelp}
              value={name}
              required
              data-autofocus
              autoComplete="off"
              error={faultOf(refusal, 'input.name')}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <LastDayField day={day} refusal={refusal} onChange={setDay} />
            <RefusalNotice refusal={refusal} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {common.actions.cancel}
              </Button>
              <Button type="submit" loading={isUnderWay}>
                {words.make}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <TokenValue value={made.value} baseUrl={baseUrl} onClose={onClose} />
      )}
    </Dialog>
  );
}
