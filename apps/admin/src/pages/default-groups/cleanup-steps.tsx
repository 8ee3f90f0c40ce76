import type { ReactNode } from 'react';
import { cleanup as words } from '../../words/default-groups.ts';
import type { Cleanup } from './cleanup-query.ts';
import classes from './cleanup-steps.module.css';

const STEPS = ['plan', 'review', 'apply', 'done'] as const;

/** How many steps are behind. */
const BEHIND: Record<Cleanup['state'], number> = {
  PLANNED: 1,
  RUNNING: 2,
  APPLIED: 3,
  CANCELLED: 3,
  UNDOING: 3,
  UNDONE: 3,
};

export function CleanupSteps({ state }: { state: Cleanup['state'] }): ReactNode {
  return (
    <ol className={classes['steps']} aria-label={words.steps.label}>
      {STEPS.map((step, index) => (
        <li
          key={step}
          data-behind={index < BEHIND[state]}
          {...(index === BEHIND[state] && { 'aria-current': 'step' })}
        >
          {index < BEHIND[state] && <span aria-hidden="true">✓ </span>}
          {words.steps[step]}
        </li>
      ))}
    </ol>
  );
}
