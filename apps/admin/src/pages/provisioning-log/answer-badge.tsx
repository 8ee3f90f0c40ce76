import type { ReactNode } from 'react';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { words } from '../../words/provisioning-log.ts';

const TONES: Record<keyof typeof words.outcomes, Tone> = {
  accepted: 'good',
  refused: 'waiting',
  failed: 'bad',
};

/** What became of a request: `Refused 409`. */
export function AnswerBadge({ status }: { status: number }): ReactNode {
  const outcome = outcomeOf(status);
  return (
    <Badge tone={TONES[outcome]}>
      {words.outcomes[outcome]} {status}
    </Badge>
  );
}

function outcomeOf(status: number): keyof typeof words.outcomes {
  if (status < 400) return 'accepted';
  return status < 500 ? 'refused' : 'failed';
}
