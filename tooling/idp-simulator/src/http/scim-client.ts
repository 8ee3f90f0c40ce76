import { setTimeout } from 'node:timers/promises';
import { faultOf } from './answer-faults.ts';
import type { Journal } from './journal.ts';
import { type JsonObject, isJsonObject, parseJson } from './json.ts';
import { type Throttling, pauseAfter429 } from './throttling.ts';

export interface ScimRequest {
  /** The row of the report in which the request is counted: 'create user'. */
  readonly kind: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL, with its query. */
  readonly path: string;
  readonly body?: JsonObject;
  /** The statuses that the provider can cope with here; 429 is always waited out. */
  readonly expect: readonly number[];
}

export interface ScimAnswer {
  readonly status: number;
  readonly body: JsonObject | undefined;
}

export interface ScimClient {
  send(request: ScimRequest): Promise<ScimAnswer>;
}

export interface ScimClientSettings {
  /** May carry a query of its own (`?aadOptscim062020`), which then goes with every request. */
  readonly baseUrl: URL;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly throttling: Throttling;
  readonly timeoutMs: number;
  readonly journal: Journal;
  /** Ends the run: an aborted signal's reason is what every request then throws. */
  readonly signal: AbortSignal;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The object at hand failed; the journal has the request and the answer. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
}

/** No answer came in time; what became of the request is unknown. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** Nobody listens at the base URL, so that going on is pointless. */
export class ServerUnreachableError extends Error {
  override readonly name = 'ServerUnreachableError';
}

export function createScimClient(settings: ScimClientSettings): ScimClient {
  const { journal, pause = pauseFor } = settings;
  return {
    async send(request) {
      for (let attempt = 1; ; attempt += 1) {
        const { response, text } = await exchange(settings, request);
        const wait =
          response.status === 429
            ? pauseAfter429(response.headers.get('retry-after'), attempt, settings.throttling)
            : undefined;
        if (wait === undefined) {
          const why = faultOf(request, response, text);
          if (why === undefined) return { status: response.status, body: objectOf(text) };
          journal.surprise({
            why,
            request: describeRequest(request),
            answer: `${response.status} ${withoutSecrets(text)}`,
          });
          throw new UnexpectedAnswerError(why);
        }
        await pause(wait, settings.signal);
      }
    },
  };
}

async function exchange(
  settings: ScimClientSettings,
  request: ScimRequest,
): Promise<{ response: Response; text: string }> {
  const { journal } = settings;
  const begun = performance.now();
  const { kind, method, path } = request;
  const timeout = AbortSignal.timeout(settings.timeoutMs);
  try {
    const response = await fetch(addressOf(settings.baseUrl, path), {
      method,
      headers: { ...settings.headers, Authorization: `Bearer ${settings.token}` },
      redirect: 'manual',
      signal: AbortSignal.any([settings.signal, timeout]),
      ...(request.body && { body: JSON.stringify(request.body) }),
    });
    const text = await response.text();
    journal.record({ kind, method, path, status: response.status, ms: performance.now() - begun });
    return { response, text };
  } catch (failure) {
    settings.signal.throwIfAborted();
    journal.record({ kind, method, path, status: 'none', ms: performance.now() - begun });
    const reason = timeout.aborted ? `no answer within ${settings.timeoutMs} ms` : connectionFailure(failure);
    if (reason.includes('ECONNREFUSED') || reason.includes('ENOTFOUND')) {
      throw new ServerUnreachableError(
        `no SCIM server answers at ${settings.baseUrl.origin} (${reason}): start it, or check the base URL`,
      );
    }
    journal.surprise({ why: reason, request: describeRequest(request), answer: 'none' });
    throw new NoAnswerError(reason);
  }
}

function addressOf(baseUrl: URL, path: string): string {
  const base = `${baseUrl.origin}${baseUrl.pathname.replace(/\/$/, '')}`;
  const [resource, query] = splitOnce(path, '?');
  const parameters = [baseUrl.search.slice(1), query].filter(Boolean).join('&');
  return parameters === '' ? `${base}${resource}` : `${base}${resource}?${parameters}`;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The system's words for why there was no answer. */
export function connectionFailure(failure: unknown): string {
  if (!(failure instanceof Error)) return 'the connection failed';
  const cause = failure.cause;
  if (cause instanceof AggregateError) return cause.errors.map(connectionFailure).join(', ');
  return cause instanceof Error ? cause.message : failure.message;
}

function describeRequest(request: ScimRequest): string {
  const body = request.body === undefined ? '' : ` ${withoutSecrets(JSON.stringify(request.body))}`;
  return `${request.method} ${request.path}${body}`;
}

function withoutSecrets(text: string): string {
  const hidden = text.replaceAll(/"password"\s*:\s*"[^"]*"/gi, '"password":"(hidden)"');
  return hidden.length > 2000 ? `${hidden.slice(0, 2000)}…` : hidden;
}

function objectOf(text: string): JsonObject | undefined {
  const parsed = parseJson(text);
  return isJsonObject(parsed) ? parsed : undefined;
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch((failure: unknown) => {
    signal.throwIfAborted();
    throw failure;
  });
}
