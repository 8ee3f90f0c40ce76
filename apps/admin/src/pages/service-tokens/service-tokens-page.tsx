import { Button, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRight } from '../../frame/viewer.tsx';
import { Empty, Loaded } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { words } from '../../words/service-tokens.ts';
import { CreateToken } from './create-token.tsx';
import { type MadeToken, NewToken } from './new-token.tsx';
import { TokenTable } from './token-table.tsx';

const TOKENS = graphql(`
  query ServiceTokens {
    account {
      serviceTokens {
        id
        name
        hint
        permissionSets
        state
        createdAt
        createdBy {
          name
        }
        expiresAt
        lastUsedAt
        lastUsedAddress
      }
    }
  }
`);

export function ServiceTokensPage(): ReactNode {
  const answer = useAnswer(TOKENS, {});
  const mayCreate = useRight('service_tokens:write');
  const mayRevoke = useRight('service_tokens:revoke');
  const [isCreating, setIsCreating] = useState(false);
  const [made, setMade] = useState<MadeToken>();
  return (
    <>
      <PageHeader
        title={words.title}
        purpose={words.purpose}
        action={mayCreate && <Button onClick={() => setIsCreating(true)}>{words.create.action}</Button>}
      />
      <Stack>
        {made !== undefined && <NewToken made={made} onCopied={() => setMade(undefined)} />}
        <Loaded answer={answer}>
          {({ account: { serviceTokens } }) =>
            serviceTokens === null || serviceTokens.length === 0 ? (
              <Empty title={words.emptyTitle}>{words.empty}</Empty>
            ) : (
              <Stack>
                <TokenTable tokens={serviceTokens} mayRevoke={mayRevoke} />
                {mayCreate && (
                  <Text size="sm" c="dimmed">
                    {words.exchange}
                  </Text>
                )}
              </Stack>
            )
          }
        </Loaded>
      </Stack>
      {isCreating && (
        <CreateToken
          onMade={(token) => {
            setIsCreating(false);
            setMade(token);
            answer.askAgain();
          }}
          onClose={() => setIsCreating(false)}
        />
      )}
    </>
  );
}
