import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { actorKinds, targetKinds, words } from '../../words/logs.ts';

export interface Target {
  readonly kind: keyof typeof targetKinds;
  readonly nodeId: string | null;
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly group: { readonly id: string; readonly displayName: string } | null;
}

export interface Actor {
  readonly kind: keyof typeof actorKinds;
  readonly name: string | null;
  readonly nodeId: string | null;
  readonly user: { readonly id: string; readonly name: string } | null;
}

/** What a change was made to, with the way to it where it has a page. `absent` says why a person or group is not to be found. */
export function TargetName({
  target: { kind, nodeId, user, group },
  absent = words.gone,
}: {
  target: Target;
  absent?: string;
}): ReactNode {
  if (user !== null) return <PersonLink user={user} />;
  if (group !== null) return <GroupLink group={group} />;
  const isAbsent = nodeId !== null && (kind === 'USER' || kind === 'GROUP');
  return isAbsent ? `${targetKinds[kind]}, ${absent}` : targetKinds[kind];
}

/** Who did it: by name, else by what they are. */
export function ActorName({ actor: { kind, name, user } }: { actor: Actor }): ReactNode {
  if (user !== null) return <PersonLink user={user} />;
  if (name === null || kind === 'SYSTEM') return actorKinds[kind];
  return (
    <>
      {actorKinds[kind]}: <bdi>{name}</bdi>
    </>
  );
}

export function PersonLink({ user }: { user: { readonly id: string; readonly name: string } }): ReactNode {
  return (
    <Anchor component={Link} to={paths.person(user.id)} inherit underline="always">
      <bdi>{user.name}</bdi>
    </Anchor>
  );
}

export function GroupLink({
  group,
}: {
  group: { readonly id: string; readonly displayName: string };
}): ReactNode {
  return (
    <Anchor component={Link} to={paths.group(group.id)} inherit underline="always">
      <bdi>{group.displayName}</bdi>
    </Anchor>
  );
}
