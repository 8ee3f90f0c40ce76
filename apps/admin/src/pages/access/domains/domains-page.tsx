import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useAnswer } from '../../../api/use-answer.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { Empty, Loaded } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { words } from '../../../words/domains.ts';
import { AddDomain } from './add-domain.tsx';
import { DomainCard } from './domain-card.tsx';
import { DOMAINS } from './domains.ts';

export function DomainsPage(): ReactNode {
  const answer = useAnswer(DOMAINS, {});
  const mayChange = useRight('settings:write');
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} />
      <Stack gap="lg">
        {mayChange && <AddDomain onAdded={answer.askAgain} />}
        <Loaded answer={answer}>
          {({ account: { domains } }) =>
            domains === null || domains.length === 0 ? (
              <Empty title={words.emptyTitle}>{words.empty}</Empty>
            ) : (
              <Stack>
                {domains.map((domain) => (
                  <DomainCard key={domain.name} domain={domain} onChanged={answer.askAgain} />
                ))}
              </Stack>
            )
          }
        </Loaded>
      </Stack>
    </>
  );
}
