import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Lines } from '../../ui/lines.tsx';
import { Notice } from '../../ui/notices.tsx';
import { Obstacles } from '../../ui/obstacles.tsx';
import { Time } from '../../ui/time.tsx';
import { ipRuleEffects, words } from '../../words/ip-rules.ts';
import type { Preview } from './preview.ts';

const MOST_SHOWN = 20;

/** What a change of the rules brings and takes, whom it refuses, and what stands in its way. */
export function RulesChange({ preview }: { preview: Preview }): ReactNode {
  const { added, removed, obstacles, refusedTokens } = preview;
  return (
    <Stack gap="sm">
      <Obstacles obstacles={obstacles} />
      {refusedTokens.length > 0 && (
        <Notice kind="warning" title={words.change.tokensTitle}>
          {words.change.tokens}
          <Lines>
            {refusedTokens.map(({ tokenName, tokenHint, address, lastUsedAt }) => (
              <li key={`${tokenHint} ${address}`}>
                <bdi>{words.change.token(tokenName, tokenHint)}</bdi>, {address}, <Time at={lastUsedAt} />
              </li>
            ))}
          </Lines>
        </Notice>
      )}
      {added.length === 0 && removed.length === 0 && <Text size="sm">{words.change.nothing}</Text>}
      <Rules title={words.change.added(added.length)} rules={added} />
      <Rules title={words.change.removed(removed.length)} rules={removed} />
    </Stack>
  );
}

function Rules({ title, rules }: { title: string; rules: Preview['added'] }): ReactNode {
  if (rules.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Lines>
        {rules.slice(0, MOST_SHOWN).map(({ range, effect, source }) => (
          <li key={`${source} ${range}`}>{`${ipRuleEffects[effect]} ${range}`}</li>
        ))}
        {rules.length > MOST_SHOWN && <li>{words.change.more(rules.length - MOST_SHOWN)}</li>}
      </Lines>
    </div>
  );
}
