import type { ReactNode } from 'react';
import classes from './lines.module.css';

/** A short list inside of a text, such as reasons. */
export function Lines({ children }: { children: ReactNode }): ReactNode {
  return <ul className={classes['lines']}>{children}</ul>;
}
