export interface FloorPerson {
  userName: string;
  externalId: string;
  [attribute: string]: unknown;
}

/** The body of F-write; throws for anything but what the load generator sends. */
export function personOf(body: unknown): FloorPerson {
  if (!isRecord(body)) throw new Error('The body is no object.');
  const { userName, externalId } = body;
  if (typeof userName !== 'string' || typeof externalId !== 'string')
    throw new Error('The body is no person.');
  return { ...body, userName, externalId };
}

/** The body of F-bulk. */
export function peopleOf(body: unknown): FloorPerson[] {
  if (!isRecord(body) || !Array.isArray(body['people'])) throw new Error('The body names nobody.');
  return body['people'].map(personOf);
}

/** The ids in the body of F-members(n). */
export function memberIdsOf(body: unknown): string[] {
  if (!isRecord(body) || !Array.isArray(body['members'])) throw new Error('The body names no members.');
  return body['members'].map(String);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
