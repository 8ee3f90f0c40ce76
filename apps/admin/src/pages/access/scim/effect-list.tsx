import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { words } from '../../../words/scim.ts';
import classes from './effect-list.module.css';

export interface Effect {
  readonly kind: string;
  readonly text: string;
  readonly weight?: 'NOTE' | 'WARNING';
  readonly count: number | null;
  readonly examples: readonly { readonly id: string; readonly name: string; readonly note: string | null }[];
}

/** The effects whose examples are groups; those of all others are people. */
const OF_GROUPS = new Set([
  'ADMINISTRATOR_GROUPS_TO_MATCH',
  'DEFAULT_GROUPS_STOP_FILLING',
  'GROUPS_TO_MATCH',
  'GROUP_MAPPINGS_APPLY',
  'GROUP_MAPPINGS_STOP',
]);

/** What a change brings about, a sentence each, with those whom it is about. */
export function EffectList({ effects }: { effects: readonly Effect[] }): ReactNode {
  if (effects.length === 0) return <Text c="dimmed">{words.effects.none}</Text>;
  return (
    <ul className={classes['effects']}>
      {effects.map(({ kind, text, weight, count, examples }) => (
        <li key={`${kind} ${text}`} className={classes['effect']}>
          {weight !== undefined && (
            <div className={classes['weight']}>
              <Badge tone={weight === 'WARNING' ? 'waiting' : 'quiet'}>
                {weight === 'WARNING' ? words.effects.warning : words.effects.note}
              </Badge>
            </div>
          )}
          <Stack gap={4}>
            <Text>{text}</Text>
            {examples.length > 0 && (
              <details>
                <summary>{words.effects.who(examples.length, count)}</summary>
                <ul className={classes['examples']}>
                  {examples.map(({ id, name, note }) => (
                    <li key={id}>
                      <Anchor
                        component={Link}
                        to={OF_GROUPS.has(kind) ? paths.group(id) : paths.person(id)}
                        underline="always"
                      >
                        <bdi>{name}</bdi>
                      </Anchor>
                      {note !== null && <> ({note})</>}
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </Stack>
        </li>
      ))}
    </ul>
  );
}
