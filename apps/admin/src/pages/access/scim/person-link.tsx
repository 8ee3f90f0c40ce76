import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { words } from '../../../words/scim.ts';

/** Somebody whom a preview is about; who was erased since has no page. */
export function PersonLink({
  user,
}: {
  user: { readonly id: string; readonly name: string } | null;
}): ReactNode {
  if (user === null) return words.groups.gone;
  return (
    <Anchor component={Link} to={paths.person(user.id)} inherit>
      <bdi>{user.name}</bdi>
    </Anchor>
  );
}
