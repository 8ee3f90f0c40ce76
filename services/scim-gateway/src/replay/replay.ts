import { readAccountSettings } from '@rollcall/domain/accounts/account-settings';
import type { Database } from '@rollcall/domain/database/connection';
import { type DryRun, inDryRun } from '@rollcall/domain/database/transaction';
import { BusyError, NotFoundError } from '@rollcall/domain/errors';
import type { AuditEvent, AuditEventInput } from '@rollcall/domain/events/audit-event';
import { listEventsOfRequest } from '@rollcall/domain/events/list-audit-events';
import { newId } from '@rollcall/domain/ids';
import { findProvisioningEvent } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import type { ProvisioningEvent } from '@rollcall/domain/provisioning-log/provisioning-event';
import { getScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { type JsonValue, parseJsonBody } from '@rollcall/scim-protocol/json';
import type { FastifyBaseLogger } from 'fastify';
import { openPlaces } from '../bulk/batch-places.ts';
import { openCursors } from '../cursors.ts';
import { beginExchange, type Exchange } from '../exchange.ts';
import type { Limits } from '../limits.ts';
import { buildScimApp, type ScimRequest } from '../scim-app.ts';
import { replayAccess, replayCursors } from './replay-access.ts';
import { replayableRequest } from './replayable-request.ts';

/** What a recorded request would come to now. */
export interface ReplayOutcome {
  readonly status: number;
  readonly scimType: string | null;
  /** Why it would be refused; of a bulk request, what would be. */
  readonly errorDetail: string | null;
  /** The ETag of the answer. */
  readonly version: string | null;
  readonly location: string | null;
  /** Null where there is none, or it is too long to be shown. */
  readonly body: JsonValue;
  readonly isBodyCut: boolean;
  readonly leniencies: Exchange['reading']['leniencies'];
  /** The audit events that it would leave, the first ones where there are many. */
  readonly changes: readonly AuditEvent[];
  readonly hasMoreChanges: boolean;
  /** What administrators would be alerted to although it was refused. */
  readonly alerts: readonly AuditEventInput[];
  /** Whether the token that sent it could still send it: it is neither revoked nor expired. */
  readonly isTokenInForce: boolean;
}

export interface Replay extends AsyncDisposable {
  /**
   * Handles the recorded request as if it came now, in a transaction that is rolled back: nothing is left of it. Throws
   * NotFoundError, NotReplayableError, and BusyError where others hold what it needs.
   */
  run(accountId: string, eventId: string): Promise<ReplayOutcome>;
}

export interface ReplayParts {
  readonly db: Database;
  readonly logger: FastifyBaseLogger;
  readonly publicScimUrl: string;
  readonly limits: Limits;
}

/** Each holds a connection, and locks that the account's own requests wait for. */
const AT_ONCE = 2;
const LONGEST_MS = 10_000;
const LONGEST_BODY = 64_000;
const MOST_CHANGES = 200;
const KEY_HEADER = 'x-replay';

/** Opens what replays run on: the same handlers as those of identity providers, which listen to nobody. */
export function openReplay({ db, logger, publicScimUrl, limits }: ReplayParts): Replay {
  const running = new Map<string, Exchange>();
  const inPlace = openPlaces(AT_ONCE);
  const app = buildScimApp({
    logger,
    limits: { ...limits, bulk: { ...limits.bulk, longestMs: LONGEST_MS } },
    trustedProxies: [],
    cursors: replayCursors(openCursors(db)),
    begin: async (request) => exchangeIn(running, request),
    end: () => undefined,
  });

  async function replay(run: DryRun, event: ProvisioningEvent): Promise<ReplayOutcome> {
    const { accountId, tokenId, method, path } = event;
    const request = replayableRequest(event);
    const [settings, token] = await Promise.all([
      readAccountSettings(run.trx, accountId),
      getScimToken(run.trx, accountId, tokenId),
    ]);
    const id = newId();
    const alerts: AuditEventInput[] = [];
    const exchange = beginExchange(
      // Replays come from the admin API, whose callers' addresses were judged there.
      { accountId, tokenId, tokenName: token.name, settings, isAddressAllowed: true },
      { id, method, path },
      publicScimUrl,
      { access: replayAccess(run, alerts), requireStillAdmitted: async () => undefined },
    );
    running.set(id, exchange);
    try {
      const answer = await app.inject({ ...request, headers: { ...request.headers, [KEY_HEADER]: id } });
      if (answer.statusCode === 503) throw new BusyError();
      const changes = await listEventsOfRequest(run.trx, accountId, id, MOST_CHANGES + 1);
      const { etag, location } = answer.headers;
      return {
        status: answer.statusCode,
        scimType: exchange.refusal?.scimType ?? null,
        errorDetail: exchange.refusal?.detail ?? null,
        version: etag ?? null,
        location: location ?? null,
        body: bodyOf(answer.body),
        isBodyCut: answer.body.length > LONGEST_BODY,
        leniencies: exchange.reading.leniencies,
        changes: changes.slice(0, MOST_CHANGES),
        hasMoreChanges: changes.length > MOST_CHANGES,
        alerts,
        isTokenInForce:
          token.revokedAt === null && (token.expiresAt === null || token.expiresAt > new Date()),
      };
    } finally {
      running.delete(id);
    }
  }

  return {
    async run(accountId, eventId) {
      const event = await findProvisioningEvent(db, accountId, eventId);
      if (event === undefined) {
        throw new NotFoundError(`There is no provisioning event with the id ${JSON.stringify(eventId)}.`);
      }
      return inPlace(() => inDryRun(db, (run) => replay(run, event)));
    },

    async [Symbol.asyncDispose]() {
      await app.close();
    },
  };
}

function exchangeIn(running: ReadonlyMap<string, Exchange>, { headers }: ScimRequest): Exchange {
  const exchange = running.get(String(headers[KEY_HEADER]));
  if (exchange === undefined) throw new Error('A request came to the replays that none of them sent.');
  return exchange;
}

function bodyOf(text: string): JsonValue {
  return text === '' || text.length > LONGEST_BODY ? null : parseJsonBody(text);
}
