import type { ReactNode } from 'react';
import type { Json } from '../../api/graphql.ts';
import classes from './logs.module.css';

const INDENT = 2;

/** JSON as it can be read, to scroll through where it is long. */
export function JsonText({ name, value }: { name: string; value: Json }): ReactNode {
  return (
    <pre className={classes['json']} tabIndex={0} role="group" aria-label={name} dir="ltr">
      {JSON.stringify(value, null, INDENT)}
    </pre>
  );
}
