import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { faultOf, useChange } from '../../../api/use-change.ts';
import { RefusalNotice } from '../../../ui/notices.tsx';
import { words } from '../../../words/domains.ts';

const ADD = graphql(`
  mutation DomainAdd($input: DomainAddInput!) {
    domainAdd(input: $input) {
      ... on DomainAddPayload {
        domain {
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

/** Names a domain; its TXT record is then in the list. */
export function AddDomain({ onAdded }: { onAdded: () => void }): ReactNode {
  const { make, isUnderWay, refusal } = useChange(ADD, 'domainAdd');
  const [domain, setDomain] = useState('');
  const add = async (): Promise<void> => {
    if ((await make({ input: { domain } })) === undefined) return;
    setDomain('');
    onAdded();
  };
  const fault = faultOf(refusal, 'input.domain');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Stack gap="sm" maw="36rem">
        <TextInput
          label={words.name}
          description={words.nameHelp}
          value={domain}
          required
          autoComplete="off"
          error={fault}
          onChange={(event) => setDomain(event.currentTarget.value)}
        />
        {fault === undefined && <RefusalNotice refusal={refusal} />}
        <Group>
          <Button type="submit" loading={isUnderWay}>
            {words.add}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
