import { timingSafeEqual, hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PEOPLE, type PeopleDirectory } from './directory.ts';
import { readBody, RequestRefusal } from './request-body.ts';

const MOST_BYTES = 256 * 1024 * 1024;
const PART = /^[a-z0-9-]{1,64}$/u;

/** `PUT /{slug}/directory/{part}` with `{"people": […]}`: what a simulated directory holds now. */
export async function takeDirectory(
  directory: PeopleDirectory,
  token: string,
  part: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isSame(request.headers.authorization ?? '', `Bearer ${token}`)) {
    throw new RequestRefusal(401, 'The directory token is in demo-accounts.json, as "directoryToken".');
  }
  if (request.method !== 'PUT') throw new RequestRefusal(405, 'PUT the whole directory.');
  if (!PART.test(part)) throw new RequestRefusal(404, 'A part is named with a-z, 0-9 and hyphens.');
  const read = PEOPLE.safeParse(parseJson(await readBody(request, MOST_BYTES)));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new RequestRefusal(400, `${issue?.path.join('.')}: ${issue?.message}`);
  }
  directory.replacePart(part, read.data.people);
  response.writeHead(204).end();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', wanted, 'buffer'));
}
