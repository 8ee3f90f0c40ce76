import { v7, validate } from 'uuid';

/** A new id: UUIDv7, so that ids in order are rows in order of creation, on every PostgreSQL that we support. */
export function newId(): string {
  return v7();
}

/**
 * Whether the text can be an id at all, in the one spelling that we give out: ids are case-exact (RFC 7643 3.1). What
 * cannot is unknown (404), not an error of the database's uuid parser.
 */
export function isId(text: string): boolean {
  return validate(text) && text === text.toLowerCase();
}
