import { Button, Checkbox, Group, Select, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useChange } from '../../api/use-change.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { RefusalNotice } from '../../ui/notices.tsx';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/service-tokens.ts';
import { permissionSets } from '../../words/states.ts';
import type { MadeToken } from './new-token.tsx';

const DAY_MS = 86_400_000;
const SETS = ['ACCOUNT_VIEWER', 'BILLING_ADMIN', 'SECURITY_ADMIN', 'ACCOUNT_ADMIN', 'MEMBER'] as const;
const EXPIRIES = ['30', '90', '365', 'never'] as const;

type Expiry = (typeof EXPIRIES)[number];

const CREATE = graphql(`
  mutation CreateServiceToken($input: ServiceTokenCreateInput!) {
    serviceTokenCreate(input: $input) {
      ... on ServiceTokenCreatePayload {
        value
        serviceToken {
          id
          name
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

export function CreateToken({
  onMade,
  onClose,
}: {
  onMade: (made: MadeToken) => void;
  onClose: () => void;
}): ReactNode {
  const [name, setName] = useState('');
  const [sets, setSets] = useState<readonly (keyof typeof permissionSets)[]>([]);
  const [expiry, setExpiry] = useState<Expiry>('90');
  // An answer that was lost must not leave a second token.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const change = useChange(CREATE, 'serviceTokenCreate');

  const make = async (): Promise<void> => {
    const payload = await change.make({
      input: {
        name,
        permissionSets: [...sets],
        idempotencyKey,
        ...(expiry !== 'never' && { expiresAt: daysFromNow(Number(expiry)) }),
      },
    });
    if (payload !== undefined) onMade({ name: payload.serviceToken.name, value: payload.value });
  };

  return (
    <Dialog title={words.create.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <Stack>
          <TextInput
            label={words.create.name}
            description={words.create.nameHelp}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          <Checkbox.Group
            label={words.create.sets}
            description={words.create.setsHelp}
            value={[...sets]}
            onChange={(values) => setSets(SETS.filter((set) => values.includes(set)))}
          >
            <Stack gap="xs" mt="xs">
              {SETS.map((set) => (
                <Checkbox
                  key={set}
                  value={set}
                  label={permissionSets[set]}
                  description={words.create.setOf[set]}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <Select
            label={words.create.expiry}
            data={EXPIRIES.map((value) => ({ value, label: words.create.expiries[value] }))}
            value={expiry}
            allowDeselect={false}
            onChange={(value) => setExpiry(EXPIRIES.find((known) => known === value) ?? '90')}
          />
          <RefusalNotice refusal={change.refusal} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.actions.cancel}
            </Button>
            <Button type="submit" loading={change.isUnderWay} disabled={sets.length === 0}>
              {words.create.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function daysFromNow(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString();
}
