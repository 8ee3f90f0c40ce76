import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useAnswer } from '../../../api/use-answer.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CopyValue } from '../../../ui/copy-value.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Loaded } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { words } from '../../../words/scim.ts';
import { providerKinds } from '../../../words/states.ts';
import { ChangeLink } from '../change-link.tsx';
import { Section } from '../section.tsx';
import { TokenSection } from '../tokens/token-section.tsx';
import { SettingList } from './setting-list.tsx';
import { SCIM, type ScimSettings } from './settings.ts';

export function ScimPage(): ReactNode {
  const answer = useAnswer(SCIM, {});
  const seesTokens = useRight('scim_tokens:read');
  return (
    <>
      <PageHeader
        title={words.title}
        purpose={words.purpose}
        action={<ChangeLink to={paths.guides}>{words.state.guide}</ChangeLink>}
      />
      <Loaded answer={answer}>
        {({ account: { scim } }) =>
          scim !== null && (
            <Stack gap="xl">
              <State scim={scim} />
              {seesTokens && <TokenSection baseUrl={scim.baseUrl} />}
              <SettingList scim={scim} />
            </Stack>
          )
        }
      </Loaded>
    </>
  );
}

function State({ scim: { enabled, baseUrl, providerKind } }: { scim: ScimSettings }): ReactNode {
  const mayChange = useRight('settings:write');
  const seesLog = useRight('logs:read');
  return (
    <Section
      title={words.state.title}
      action={
        mayChange && (
          <ChangeLink to={`${paths.scimSetting('enabled')}?to=${!enabled}`}>
            {enabled ? words.state.turnOff : words.state.turnOn}
          </ChangeLink>
        )
      }
    >
      <Stack gap="sm">
        <Group gap="sm">
          <Badge tone={enabled ? 'good' : 'quiet'}>{enabled ? words.state.on : words.state.off}</Badge>
          <Text c="dimmed">{enabled ? words.state.onHelp : words.state.offHelp}</Text>
        </Group>
        <Facts
          facts={[
            [words.state.baseUrl, <CopyValue key="url" name={words.state.baseUrl} value={baseUrl} />],
            [
              words.state.client,
              providerKind === null ? words.state.clientUnknown : providerKinds[providerKind],
            ],
            ...(seesLog
              ? [
                  [
                    words.state.log,
                    <Anchor key="log" component={Link} to={paths.provisioningLog}>
                      {words.state.toLog}
                    </Anchor>,
                  ] as const,
                ]
              : []),
          ]}
        />
      </Stack>
    </Section>
  );
}
