import { Anchor, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { useViewer } from '../../frame/viewer.tsx';
import { Lines } from '../../ui/lines.tsx';
import { Loaded } from '../../ui/notices.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { words as overview } from '../../words/overview.ts';
import { attentionItems } from './attention-items.ts';
import { ATTENTION, OUTCOMES, PEOPLE } from './queries.ts';

const words = overview.attention;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** What somebody should do something about, each with the way to it. */
export function AttentionPart(): ReactNode {
  const { rights } = useViewer();
  const may = (right: string) => rights.includes(right);
  const [now] = useState(() => Date.now());
  const alertsSince = new Date(now - WEEK_MS).toISOString();
  const answer = useAnswer(ATTENTION, {
    alertsSince,
    people: may('people:read'),
    settings: may('settings:read'),
    scimTokens: may('scim_tokens:read'),
    serviceTokens: may('service_tokens:read'),
    logs: may('logs:read'),
  });
  const { data: counted } = useAnswer(OUTCOMES, {}, { pause: !may('logs:read') });
  const { data: people } = useAnswer(PEOPLE, {}, { pause: !may('people:read') });
  return (
    <Section title={words.title}>
      <Loaded answer={answer}>
        {({ account }) => {
          const items = attentionItems({
            ...account,
            provisioningOutcomes: counted?.account.provisioningOutcomes,
            peopleByState: people?.account.peopleByState,
            alertsSince,
            now,
          });
          if (items.length === 0) return <Text size="sm">{words.none}</Text>;
          return (
            <Lines>
              {items.map(({ text, to, at }) => (
                <li key={`${to} ${text}`}>
                  <Anchor component={Link} to={to} underline="always">
                    <bdi>{text}</bdi>
                  </Anchor>{' '}
                  {at !== undefined && <Time at={at} />}
                </li>
              ))}
            </Lines>
          );
        }}
      </Loaded>
    </Section>
  );
}
