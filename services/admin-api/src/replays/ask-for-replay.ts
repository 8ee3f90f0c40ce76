import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { isJsonObject, type JsonValue, toJson } from '@rollcall/domain/json';
import type { InternalEntry } from '@rollcall/service-kit/internal-address';
import { Busy, NotFound, NotReplayable, ReplayUnavailable } from '../graphql/user-errors.ts';
import { readReplayOutcome, type ReplayOutcome } from './replay-outcome.ts';

/** The gateway runs two at once, of 10 seconds at most. */
const PATIENCE_MS = 30_000;

/**
 * What a recorded request would come to now, by the gateway, which handles it as if it came now and leaves nothing of it. Throws
 * NotFound, NotReplayable, Busy, and ReplayUnavailable with what the operator has to do.
 */
export async function askForReplay(
  entry: InternalEntry | undefined,
  accountId: string,
  eventId: string,
): Promise<ReplayOutcome> {
  if (entry === undefined) {
    throw new ReplayUnavailable(
      'Requests cannot be replayed here. The operator has to set SCIM_INTERNAL_ADDRESS, to the same for the SCIM gateway and the admin API.',
    );
  }
  const { status, body } = await send(entry, JSON.stringify({ accountId, eventId })).catch(
    (cause: unknown) => {
      throw unavailable('The SCIM gateway did not answer.', { cause });
    },
  );
  const code = isJsonObject(body) ? body['code'] : undefined;
  const message = isJsonObject(body) && typeof body['message'] === 'string' ? body['message'] : '';
  const outcome = status === 200 ? readReplayOutcome(body) : undefined;
  if (outcome !== undefined) return outcome;
  if (status === 404 && code === 'not_found') throw new NotFound('There is no such provisioning event.');
  if (status === 422) throw new NotReplayable(message);
  if (status === 503 && code === 'busy') throw new Busy(message);
  if (status === 401) {
    throw new ReplayUnavailable(
      'The SCIM gateway does not know the admin API. The operator has to set ROLLCALL_INTERNAL_SECRET to the same value for both.',
    );
  }
  if (code === 'failed') throw new Error(`The SCIM gateway failed to replay a request: ${status}`);
  throw unavailable('Something else than the SCIM gateway answers.');
}

function unavailable(what: string, options?: ErrorOptions): ReplayUnavailable {
  return new ReplayUnavailable(
    `${what} The operator has to see that it runs, with the same SCIM_INTERNAL_ADDRESS as the admin API.`,
    options,
  );
}

// fetch knows no Unix sockets.
function send(
  { address, secret }: InternalEntry,
  question: string,
): Promise<{ status: number; body: JsonValue }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...address,
        method: 'POST',
        path: '/replays',
        headers: {
          'content-type': 'application/json',
          ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
        },
        agent: false,
        signal: AbortSignal.timeout(PATIENCE_MS),
      },
      (answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body: parsed(body) }), reject);
      },
    );
    sent.on('error', reject);
    sent.end(question);
  });
}

function parsed(body: string): JsonValue {
  try {
    return toJson(JSON.parse(body));
  } catch {
    return null;
  }
}
