import { Badge as MantineBadge } from '@mantine/core';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'waiting' | 'bad' | 'quiet';

const LOOKS: Record<Tone, { color: string; sign: string }> = {
  good: { color: 'green', sign: '●' },
  waiting: { color: 'yellow', sign: '◐' },
  bad: { color: 'red', sign: '▲' },
  quiet: { color: 'gray', sign: '○' },
};

/** A state in a word. Its sign differs as well as its color. */
export function Badge({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  const { color, sign } = LOOKS[tone];
  return (
    <MantineBadge
      color={color}
      variant="light"
      autoContrast
      tt="none"
      fw={500}
      miw="max-content"
      leftSection={<span aria-hidden="true">{sign}</span>}
    >
      {children}
    </MantineBadge>
  );
}
