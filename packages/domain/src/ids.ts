import { v7, validate } from 'uuid';

/** A new id: UUIDv7, so that ids in order are rows in order of creation, on every PostgreSQL that we support. */
export function newId(): string {
  return v7();
}

/** Whether the text can be an id at all. What cannot is unknown (404), not an error of the database's uuid parser. */
export function isId(text: string): boolean {
  return validate(text);
}
