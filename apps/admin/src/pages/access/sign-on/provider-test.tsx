import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useChange } from '../../../api/use-change.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { Notice, RefusalNotice } from '../../../ui/notices.tsx';
import { words } from '../../../words/sign-on.ts';

const TEST = graphql(`
  mutation SignOnProviderTest($input: SsoProviderTestInput!) {
    ssoProviderTest(input: $input) {
      ... on SsoProviderTestPayload {
        passed
        checks {
          outcome
          text
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const TONES: Record<keyof typeof words.test.outcomes, Tone> = {
  PASSED: 'good',
  WARNED: 'waiting',
  FAILED: 'bad',
};

/** Tries the connected provider, and says what was found. */
export function ProviderTest({ version, onTested }: { version: number; onTested: () => void }): ReactNode {
  const { make, isUnderWay, refusal } = useChange(TEST, 'ssoProviderTest');
  const [tested, setTested] = useState<Awaited<ReturnType<typeof make>>>();
  const test = async (): Promise<void> => {
    setTested(await make({ input: { expectedVersion: version } }));
    onTested();
  };
  return (
    <Stack gap="sm">
      <Group>
        <Button variant="default" loading={isUnderWay} onClick={() => void test()}>
          {words.test.run}
        </Button>
        <Text size="sm" c="dimmed">
          {words.test.help}
        </Text>
      </Group>
      <RefusalNotice refusal={refusal} onLookAgain={onTested} />
      {tested !== undefined && (
        <Notice
          kind={tested.passed ? 'success' : 'error'}
          title={tested.passed ? words.test.passed : words.test.failed}
        >
          <Stack component="ul" gap={6} p={0} m={0} style={{ listStyle: 'none' }}>
            {tested.checks.map(({ outcome, text }) => (
              <Group component="li" key={text} gap="sm" align="flex-start">
                <Badge tone={TONES[outcome]}>{words.test.outcomes[outcome]}</Badge>
                <span style={{ flex: '1 1 14rem', overflowWrap: 'anywhere' }}>{text}</span>
              </Group>
            ))}
          </Stack>
        </Notice>
      )}
    </Stack>
  );
}
