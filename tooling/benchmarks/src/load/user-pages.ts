import { Agent, request } from 'node:http';
import { WrongAnswersError } from '../measuring/take-turns.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

export interface UserList {
  /** Of the account's users. */
  readonly url: string;
  readonly token: string;
}

export interface UserPage {
  readonly ids: readonly string[];
  readonly totalResults: number;
  readonly nextCursor: string | undefined;
  /** Until the whole answer was there. */
  readonly milliseconds: number;
}

/** One page of the account's users; reading what came is no part of its time. Throws WrongAnswersError. */
export async function readUserPage(
  list: UserList,
  query: Record<string, string | number>,
): Promise<UserPage> {
  const url = new URL(list.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const started = performance.now();
  const body = await answerOf(url.href, list.token);
  const milliseconds = performance.now() - started;
  const page: unknown = JSON.parse(body);
  if (!isListResponse(page))
    throw new WrongAnswersError(`GET ${url.href} was answered with: ${body.slice(0, 300)}`);
  const { Resources = [], totalResults, nextCursor } = page;
  return { ids: Resources.map(({ id }) => id), totalResults, nextCursor, milliseconds };
}

/** Ends the connection on which pages were read. */
export function closeUserPages(): void {
  agent.destroy();
}

function answerOf(url: string, token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.setEncoding('utf8');
      let body = '';
      answer.on('data', (chunk: string) => {
        body += chunk;
      });
      answer.on('end', () => resolve(body));
      answer.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

interface ListResponse {
  readonly totalResults: number;
  readonly Resources?: readonly { readonly id: string }[];
  readonly nextCursor?: string;
}

function isListResponse(page: unknown): page is ListResponse {
  return typeof page === 'object' && page !== null && 'totalResults' in page;
}
