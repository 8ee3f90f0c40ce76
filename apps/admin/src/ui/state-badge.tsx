import type { ReactNode } from 'react';
import { userStates } from '../words/states.ts';
import { Badge, type Tone } from './badge.tsx';

export type UserState = keyof typeof userStates;

const TONES: Record<UserState, Tone> = {
  ACTIVE: 'good',
  INVITED: 'waiting',
  DEACTIVATED: 'quiet',
  DELETED: 'quiet',
};

/** Where a person stands. */
export function StateBadge({ state }: { state: UserState }): ReactNode {
  return <Badge tone={TONES[state]}>{userStates[state]}</Badge>;
}
