import { Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useAnswer } from '../../../api/use-answer.ts';
import { paths } from '../../../paths.ts';
import { Loaded } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { words } from '../../../words/guides.ts';
import { ChangeLink } from '../change-link.tsx';
import { Section } from '../section.tsx';
import { AccountChecklist } from './account-checklist.tsx';
import { SETUP } from './setup.ts';

/** Which guide is wanted. */
export function GuidesPage(): ReactNode {
  const answer = useAnswer(SETUP, {});
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} />
      <Stack gap="xl">
        <Section title={words.choose}>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            {Object.entries(words.clients).map(([client, { name, title, what }]) => (
              <Card key={client} withBorder>
                <Stack gap="xs" h="100%">
                  <Title order={3} size="h5">
                    {name}
                  </Title>
                  <Text size="sm" c="dimmed" flex={1}>
                    {what}
                  </Text>
                  <ChangeLink to={paths.guide(client)} about={`${words.open}: ${title}`}>
                    {words.open}
                  </ChangeLink>
                </Stack>
              </Card>
            ))}
          </SimpleGrid>
        </Section>
        <Loaded answer={answer}>{({ account }) => <AccountChecklist setup={account} />}</Loaded>
      </Stack>
    </>
  );
}
