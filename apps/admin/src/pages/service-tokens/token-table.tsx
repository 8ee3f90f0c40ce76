import { Button, Code, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useChange } from '../../api/use-change.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Time } from '../../ui/time.tsx';
import { tokenStates, words } from '../../words/service-tokens.ts';
import { permissionSets } from '../../words/states.ts';

const REVOKE = graphql(`
  mutation RevokeServiceToken($input: ServiceTokenRevokeInput!) {
    serviceTokenRevoke(input: $input) {
      ... on ServiceTokenRevokePayload {
        serviceToken {
          id
          state
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly permissionSets: readonly (keyof typeof permissionSets)[];
  readonly state: keyof typeof tokenStates;
  readonly createdAt: string;
  readonly createdBy: { readonly name: string };
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedAddress: string | null;
}

const TONES: Record<keyof typeof tokenStates, Tone> = {
  IN_FORCE: 'good',
  EXPIRED: 'quiet',
  REVOKED: 'quiet',
};

const COLUMNS: readonly Column<TokenRow>[] = [
  {
    title: words.columns.name,
    cell: ({ name, hint }) => (
      <>
        <bdi>{name}</bdi>
        <br />
        <Code>{hint}</Code>
      </>
    ),
  },
  {
    title: words.columns.sets,
    cell: ({ permissionSets: sets }) => sets.map((set) => permissionSets[set]).join(', '),
    isSecondary: true,
  },
  {
    title: words.columns.state,
    cell: ({ state }) => <Badge tone={TONES[state]}>{tokenStates[state]}</Badge>,
  },
  {
    title: words.columns.used,
    cell: ({ lastUsedAt, lastUsedAddress }) => (
      <Noted note={lastUsedAddress === null ? undefined : words.from(lastUsedAddress)}>
        <Time at={lastUsedAt} />
      </Noted>
    ),
  },
  {
    title: words.columns.expires,
    cell: ({ expiresAt }) => <Time at={expiresAt} never={words.neverExpires} />,
    isSecondary: true,
  },
  {
    title: words.columns.made,
    cell: ({ createdAt, createdBy }) => (
      <Noted note={words.by(createdBy.name)}>
        <Time at={createdAt} />
      </Noted>
    ),
    isSecondary: true,
  },
];

/** Every token that the account ever had, the newest first. */
export function TokenTable({
  tokens,
  mayRevoke,
}: {
  tokens: readonly TokenRow[];
  mayRevoke: boolean;
}): ReactNode {
  const [revoking, setRevoking] = useState<TokenRow>();
  const change = useChange(REVOKE, 'serviceTokenRevoke');
  const close = (): void => {
    change.forget();
    setRevoking(undefined);
  };
  const revoke = async ({ id }: TokenRow): Promise<void> => {
    if ((await change.make({ input: { id } })) !== undefined) close();
  };
  const actions: Column<TokenRow> = {
    title: words.columns.act,
    cell: (token) =>
      token.state === 'IN_FORCE' && (
        <Button
          size="xs"
          variant="default"
          onClick={() => setRevoking(token)}
          aria-label={words.revoke.of(token.name)}
        >
          {words.revoke.action}
        </Button>
      ),
  };
  return (
    <>
      <DataTable
        caption={words.caption}
        columns={mayRevoke ? [...COLUMNS, actions] : COLUMNS}
        rows={tokens}
        keyOf={({ id }) => id}
        empty={null}
      />
      {revoking !== undefined && (
        <Confirm
          title={words.revoke.title(revoking.name)}
          action={words.revoke.action}
          isDangerous
          isUnderWay={change.isUnderWay}
          refusal={change.refusal}
          onConfirm={() => void revoke(revoking)}
          onClose={close}
        >
          {words.revoke.what}
        </Confirm>
      )}
    </>
  );
}

function Noted({ note, children }: { note: string | undefined; children: ReactNode }): ReactNode {
  return (
    <>
      {children}
      {note !== undefined && (
        <Text size="xs" c="dimmed" component="div">
          <bdi>{note}</bdi>
        </Text>
      )}
    </>
  );
}
