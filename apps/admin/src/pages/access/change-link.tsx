import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** Goes to the page where something is changed. `about` says what, for those who do not see where the link stands. */
export function ChangeLink({
  to,
  about,
  children,
  ...look
}: ButtonProps & { to: string; about?: string; children: ReactNode }): ReactNode {
  return (
    <Button component={Link} to={to} variant="default" aria-label={about} {...look}>
      {children}
    </Button>
  );
}
