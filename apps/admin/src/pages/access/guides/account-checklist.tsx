import { Anchor, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useAnswer } from '../../../api/use-answer.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { words } from '../../../words/guides.ts';
import { providerKinds } from '../../../words/states.ts';
import { Section } from '../section.tsx';
import { TOKENS } from '../tokens/scim-tokens.ts';
import type { Setup } from './setup.ts';

/** What has to be there before an identity provider can bring people, and where it is missing. */
export function AccountChecklist({ setup }: { setup: Setup }): ReactNode {
  const { checklist } = words;
  const { scim, domains, ssoProviderKind } = setup;
  const verified = (domains ?? []).filter(({ state }) => state === 'VERIFIED').map(({ name }) => name);
  const seesTokens = useRight('scim_tokens:read');
  const { data } = useAnswer(TOKENS, {}, { pause: !seesTokens });
  const tokens = data?.account.scim?.tokens?.filter(({ state }) => state === 'IN_FORCE').length;
  return (
    <Section title={checklist.title}>
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
        {ssoProviderKind === null ? (
          <Item text={checklist.noSignOn} to={paths.signOn} link={checklist.connect} />
        ) : (
          <Item isDone text={checklist.signOn(providerKinds[ssoProviderKind])} />
        )}
        {scim?.enabled === true ? (
          <Item isDone text={checklist.scimOn} />
        ) : (
          <Item
            text={checklist.scimOff}
            to={`${paths.scimSetting('enabled')}?to=true`}
            link={checklist.turnOn}
          />
        )}
        {verified.length === 0 ? (
          <Item text={checklist.noDomains} to={paths.domains} link={checklist.verify} />
        ) : (
          <Item isDone text={checklist.domains(verified.join(', '))} />
        )}
        {tokens !== undefined &&
          (tokens === 0 ? <Item text={checklist.noToken} /> : <Item isDone text={checklist.token(tokens)} />)}
        {scim?.baseUrl.startsWith('https:') === true ? (
          <Item isDone text={checklist.https} />
        ) : (
          <Item text={checklist.noHttps} />
        )}
      </Stack>
    </Section>
  );
}

function Item({
  isDone = false,
  text,
  to,
  link,
}: {
  isDone?: boolean;
  text: string;
  to?: string;
  link?: string;
}): ReactNode {
  return (
    <Group component="li" gap="xs" align="flex-start">
      <Badge tone={isDone ? 'good' : 'waiting'}>{isDone ? words.checklist.done : words.checklist.open}</Badge>
      <span style={{ flex: '1 1 14rem', overflowWrap: 'anywhere' }}>
        {text}
        {to !== undefined && (
          <>
            {' · '}
            <Anchor component={Link} to={to} underline="always">
              {link}
            </Anchor>
          </>
        )}
      </span>
    </Group>
  );
}
