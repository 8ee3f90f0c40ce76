import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useChange } from '../../../api/use-change.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { CopyValue } from '../../../ui/copy-value.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Notice, RefusalNotice } from '../../../ui/notices.tsx';
import { Time } from '../../../ui/time.tsx';
import { words } from '../../../words/domains.ts';
import { ActivateInvited } from './activate-invited.tsx';
import type { Domain } from './domains.ts';
import { RemoveDomain } from './remove-domain.tsx';
import { VerificationEffects } from './verification-effects.tsx';

const CHECK = graphql(`
  mutation DomainCheck($input: DomainCheckInput!) {
    domainCheck(input: $input) {
      ... on DomainCheckPayload {
        domain {
          name
          state
          lastCheck {
            outcome
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

/** One domain: its record, whether it was found, and what can be done. */
export function DomainCard({ domain, onChanged }: { domain: Domain; onChanged: () => void }): ReactNode {
  const { name, state, challenge } = domain;
  const { make, isUnderWay, refusal } = useChange(CHECK, 'domainCheck');
  const [opened, setOpened] = useState<'preview' | 'activate' | 'remove'>();
  const [checked, setChecked] = useState<Awaited<ReturnType<typeof make>>>();
  const mayChange = useRight('settings:write');
  const isVerified = state === 'VERIFIED';
  const check = async (): Promise<void> => {
    setChecked(await make({ input: { domain: name } }));
    onChanged();
  };
  const close = (): void => setOpened(undefined);
  return (
    <Card withBorder component="section" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          <Badge tone={isVerified ? 'good' : 'waiting'}>{words.states[state]}</Badge>
        </Group>
        {!isVerified && challenge !== null && <Text>{words.record}</Text>}
        <Facts facts={factsOf(domain)} />
        <RefusalNotice refusal={refusal} />
        {checked !== undefined && (
          <Notice kind={isVerified ? 'success' : 'warning'}>
            {isVerified ? words.verified : words.notFound}
          </Notice>
        )}
        <Group gap="xs">
          {mayChange && !isVerified && (
            <Button
              size="xs"
              loading={isUnderWay}
              aria-label={words.checkOf(name)}
              onClick={() => void check()}
            >
              {words.check}
            </Button>
          )}
          {!isVerified && (
            <Button
              size="xs"
              variant="default"
              aria-label={words.previewOf(name)}
              aria-expanded={opened === 'preview'}
              onClick={() => setOpened(opened === 'preview' ? undefined : 'preview')}
            >
              {words.preview}
            </Button>
          )}
          {mayChange && isVerified && (
            <Button
              size="xs"
              variant="default"
              aria-label={words.activateOf(name)}
              onClick={() => setOpened('activate')}
            >
              {words.activate}
            </Button>
          )}
          {mayChange && (
            <Button
              size="xs"
              variant="default"
              aria-label={words.removeOf(name)}
              onClick={() => setOpened('remove')}
            >
              {words.remove}
            </Button>
          )}
        </Group>
        {opened === 'preview' && <VerificationEffects domain={name} />}
      </Stack>
      {opened === 'activate' && <ActivateInvited domain={name} onClose={close} />}
      {opened === 'remove' && <RemoveDomain domain={name} onClose={close} onRemoved={onChanged} />}
    </Card>
  );
}

function factsOf({
  state,
  verifiedAt,
  challenge,
  lastCheck,
}: Domain): readonly (readonly [string, ReactNode])[] {
  const facts: (readonly [string, ReactNode])[] = [];
  if (state === 'VERIFIED') facts.push([words.verifiedSince, <Time key="since" at={verifiedAt} />]);
  if (challenge === null) facts.push([words.proof, words.byOperator]);
  else {
    facts.push(
      [words.recordName, <CopyValue key="name" name={words.recordName} value={challenge.name} />],
      [words.recordValue, <CopyValue key="value" name={words.recordValue} value={challenge.value} />],
    );
  }
  if (lastCheck !== null) {
    facts.push([
      words.lastCheck,
      <>
        <Time at={lastCheck.at} />: {words.outcomes[lastCheck.outcome]}
      </>,
    ]);
  }
  return facts;
}
