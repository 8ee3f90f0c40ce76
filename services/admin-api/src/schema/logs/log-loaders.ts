import type { AuditEvent } from '@rollcall/domain/events/audit-event';
import {
  countEventsOfRequests,
  type EndedRequest,
  type EventsCut,
  listEventsOfRequests,
} from '@rollcall/domain/events/list-events-of-requests';
import { searchLog } from '@rollcall/domain/events/search-log';
import { findProvisioningEventsById } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import type { ProvisioningEvent } from '@rollcall/domain/provisioning-log/provisioning-event';
import { listScimTokens, type ScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import DataLoader from 'dataloader';
import type { AdminContext } from '../../graphql/context.ts';

/** Provisioning events by the ids of their requests; null for a request that was none of an identity provider. */
export function provisioningEventLoader({
  read,
  accountId,
}: AdminContext): DataLoader<string, ProvisioningEvent | null> {
  return new DataLoader(async (ids) => {
    const found = await read((db) => findProvisioningEventsById(db, accountId, ids));
    return ids.map((id) => found.get(id) ?? null);
  });
}

/** SCIM tokens by their ids, revoked ones included. */
export function scimTokenLoader({ read, accountId }: AdminContext): DataLoader<string, ScimToken | null> {
  return new DataLoader(async (ids) => {
    const tokens = await read((db) => listScimTokens(db, accountId));
    return ids.map((id) => tokens.find((token) => token.id === id) ?? null);
  });
}

interface EventsOf {
  request: EndedRequest;
  cut: EventsCut;
}

/** Pieces of what requests changed: the same piece of each with one statement. */
export function requestEventsLoader({
  read,
  accountId,
}: AdminContext): DataLoader<EventsOf, readonly AuditEvent[], string> {
  return new DataLoader(
    async (pieces) => {
      const together = Map.groupBy(pieces, ({ cut }) => JSON.stringify(cut));
      const found = new Map<string, ReadonlyMap<string, readonly AuditEvent[]>>();
      for (const [key, [first, ...rest]] of together) {
        if (first === undefined) continue;
        const requests = [first, ...rest].map(({ request }) => request);
        const { cut } = first;
        found.set(
          key,
          await read((db) =>
            searchLog(db, (queries) => listEventsOfRequests(queries, accountId, requests, cut)),
          ),
        );
      }
      return pieces.map(({ request, cut }) => found.get(JSON.stringify(cut))?.get(request.id) ?? []);
    },
    { cacheKeyFn: ({ request, cut }) => `${request.id} ${JSON.stringify(cut)}` },
  );
}

/** How many changes requests made. */
export function requestEventCountLoader({
  read,
  accountId,
}: AdminContext): DataLoader<EndedRequest, number, string> {
  return new DataLoader(
    async (requests) => {
      const counts = await read((db) =>
        searchLog(db, (queries) => countEventsOfRequests(queries, accountId, requests)),
      );
      return requests.map(({ id }) => counts.get(id) ?? 0);
    },
    { cacheKeyFn: ({ id }) => id },
  );
}
