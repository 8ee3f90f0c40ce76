import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { words } from '../../words/history.ts';

/** A change, as far as it says who made it. */
export interface Made {
  readonly actor: {
    readonly kind: keyof typeof words.actors;
    readonly name: string | null;
    readonly user: { readonly id: string } | null;
  };
  readonly request: { readonly method: string; readonly path: string } | null;
  readonly provisioningEvent: { readonly id: string } | null;
}

/** Who made a change, and the SCIM request that brought it. */
export function ActorName({ event: { actor, provisioningEvent, request } }: { event: Made }): ReactNode {
  const name = <bdi>{actor.name ?? words.nobody}</bdi>;
  return (
    <>
      {actor.user === null ? (
        name
      ) : (
        <Anchor component={Link} to={paths.person(actor.user.id)} inherit>
          {name}
        </Anchor>
      )}
      <Text size="xs" c="dimmed">
        {words.actors[actor.kind]}
      </Text>
      {provisioningEvent !== null && request !== null && (
        <Anchor
          component={Link}
          to={paths.provisioningEvent(provisioningEvent.id)}
          size="xs"
          style={{ overflowWrap: 'anywhere' }}
        >
          {request.method} {pathInAccount(request.path)}
        </Anchor>
      )}
    </>
  );
}

/** What every path of the account begins with says nothing. */
function pathInAccount(path: string): string {
  return path.replace(/^\/scim\/v2\/[^/]+/u, '');
}
