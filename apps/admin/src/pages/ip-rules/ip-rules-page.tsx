import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRight } from '../../frame/viewer.tsx';
import { Loaded, Notice } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ipRuleEffects, words } from '../../words/ip-rules.ts';
import { ProviderList } from './provider-list.tsx';
import { RulesEditor } from './rules-editor.tsx';

const IP_RULES = graphql(`
  query IpRules {
    account {
      ipRules {
        version
        ownAddress {
          address
          allowed
          rule {
            range
            effect
          }
        }
        rulesByHand {
          range
          effect
          note
        }
        lists {
          provider
          ranges
          ageDays
          changeNumber
          importedAt
          importedBy
          publishedOn
        }
      }
    }
  }
`);

const PROVIDERS = ['ENTRA', 'OKTA'] as const;

export function IpRulesPage(): ReactNode {
  const answer = useAnswer(IP_RULES, {});
  const mayWrite = useRight('ip_rules:write');
  const [done, setDone] = useState<string>();
  const changed = (text: string): void => {
    setDone(text);
    answer.askAgain();
  };
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} />
      <Loaded answer={answer}>
        {({ account: { ipRules } }) =>
          ipRules !== null && (
            <Stack gap="xl">
              {done !== undefined && <Notice kind="success" title={done} />}
              <OwnAddress own={ipRules.ownAddress} />
              <Stack gap="xs" component="section" aria-label={words.hand.title}>
                <Title order={2} size="h4">
                  {words.hand.title}
                </Title>
                <Text size="sm">{words.hand.help}</Text>
                <RulesEditor
                  rules={ipRules.rulesByHand}
                  ownAddress={ipRules.ownAddress.address}
                  mayWrite={mayWrite}
                  onChanged={changed}
                />
              </Stack>
              <Stack gap="xs" component="section" aria-label={words.lists.title}>
                <Title order={2} size="h4">
                  {words.lists.title}
                </Title>
                <Text size="sm">{words.lists.help}</Text>
                <SimpleGrid cols={{ base: 1, md: 2 }}>
                  {PROVIDERS.map((provider) => (
                    <ProviderList
                      key={provider}
                      provider={provider}
                      list={ipRules.lists.find((list) => list.provider === provider)}
                      mayWrite={mayWrite}
                      onChanged={changed}
                    />
                  ))}
                </SimpleGrid>
              </Stack>
            </Stack>
          )
        }
      </Loaded>
    </>
  );
}

function OwnAddress({
  own: { address, allowed, rule },
}: {
  own: {
    readonly address: string;
    readonly allowed: boolean;
    readonly rule: { readonly range: string; readonly effect: keyof typeof ipRuleEffects } | null;
  };
}): ReactNode {
  const why = rule === null ? words.own.noRule : words.own.byRule(ipRuleEffects[rule.effect], rule.range);
  return (
    <Notice kind={allowed ? 'info' : 'warning'} title={`${words.own.title}: ${address}`}>
      {allowed ? words.own.in : words.own.out} {why}
    </Notice>
  );
}
