import { Button, Code, Group, Stack, Switch, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { useAnswer } from '../../../api/use-answer.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { Empty, Loaded } from '../../../ui/notices.tsx';
import { Time } from '../../../ui/time.tsx';
import { words } from '../../../words/scim-tokens.ts';
import { Section } from '../section.tsx';
import { LastUse } from './last-use.tsx';
import { NewToken } from './new-token.tsx';
import { RevokeToken } from './revoke-token.tsx';
import { RotateToken } from './rotate-token.tsx';
import { isBeingReplaced, type ScimToken, TOKENS } from './scim-tokens.ts';

const LOOK_EVERY_MS = 20_000;
const TONES: Record<ScimToken['state'], Tone> = { IN_FORCE: 'good', EXPIRED: 'quiet', REVOKED: 'quiet' };

type Asked = { readonly what: 'new' } | { readonly what: 'rotate' | 'revoke'; readonly token: ScimToken };

/** The SCIM tokens of the account, who uses them, and how they are exchanged. */
export function TokenSection({ baseUrl }: { baseUrl: string }): ReactNode {
  const answer = useAnswer(TOKENS, {});
  const [asked, setAsked] = useState<Asked>();
  const mayMake = useRight('scim_tokens:write');
  // Whether the old one is still in use is watched while it is exchanged.
  useInterval(answer.askAgain, LOOK_EVERY_MS, { autoInvoke: true });
  const close = (): void => {
    setAsked(undefined);
    answer.askAgain();
  };
  return (
    <Section
      title={words.title}
      action={mayMake && <Button onClick={() => setAsked({ what: 'new' })}>{words.create}</Button>}
    >
      <Text c="dimmed" size="sm" mb="sm">
        {words.help}
      </Text>
      <Loaded answer={{ ...answer, isLoading: false }}>
        {({ account: { scim } }) => <Tokens tokens={scim?.tokens ?? []} onAsk={setAsked} />}
      </Loaded>
      {asked?.what === 'new' && <NewToken baseUrl={baseUrl} onClose={close} />}
      {asked?.what === 'rotate' && <RotateToken token={asked.token} baseUrl={baseUrl} onClose={close} />}
      {asked?.what === 'revoke' && <RevokeToken token={asked.token} onClose={close} />}
    </Section>
  );
}

function Tokens({
  tokens,
  onAsk,
}: {
  tokens: readonly ScimToken[];
  onAsk: (asked: Asked) => void;
}): ReactNode {
  const [showsEnded, setShowsEnded] = useState(false);
  const mayRotate = useRight('scim_tokens:write');
  const mayRevoke = useRight('scim_tokens:revoke');
  const ended = tokens.filter(({ state }) => state !== 'IN_FORCE').length;
  const shown = showsEnded ? tokens : tokens.filter(({ state }) => state === 'IN_FORCE');
  const columns: readonly Column<ScimToken>[] = [
    {
      title: words.columns.name,
      cell: (token) => (
        <Stack gap={2} align="flex-start">
          <bdi>{token.name}</bdi>
          <State token={token} tokens={tokens} />
        </Stack>
      ),
    },
    { title: words.columns.hint, cell: ({ hint }) => <Code>{hint}</Code>, isSecondary: true },
    { title: words.columns.lastUsed, cell: (token) => <LastUse token={token} /> },
    {
      title: words.columns.expires,
      cell: ({ expiresAt }) => <Time at={expiresAt} />,
      isSecondary: true,
    },
    { title: words.columns.creator, cell: ({ createdBy }) => <bdi>{createdBy.name}</bdi>, isSecondary: true },
    {
      title: words.columns.actions,
      cell: (token) =>
        token.state === 'IN_FORCE' && (
          <Group gap="xs">
            {mayRotate && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.rotateOf(token.name)}
                onClick={() => onAsk({ what: 'rotate', token })}
              >
                {words.rotate}
              </Button>
            )}
            {mayRevoke && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.revokeOf(token.name)}
                onClick={() => onAsk({ what: 'revoke', token })}
              >
                {words.revoke}
              </Button>
            )}
          </Group>
        ),
    },
  ];
  return (
    <Stack gap="sm">
      <DataTable
        caption={words.caption}
        columns={columns}
        rows={shown}
        keyOf={({ id }) => id}
        empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
      />
      {ended > 0 && (
        <Switch
          label={words.showEnded(ended)}
          checked={showsEnded}
          onChange={(event) => setShowsEnded(event.currentTarget.checked)}
        />
      )}
    </Stack>
  );
}

function State({ token, tokens }: { token: ScimToken; tokens: readonly ScimToken[] }): ReactNode {
  if (isBeingReplaced(token, tokens)) return <Badge tone="waiting">{words.beingReplaced}</Badge>;
  return <Badge tone={TONES[token.state]}>{words.states[token.state]}</Badge>;
}
