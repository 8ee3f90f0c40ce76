import { isJsonObject, type JsonValue } from '../json.ts';
import type { StoredUser } from './user.ts';

/** What to call a person: what the identity provider says they are called, else the user name. */
export function nameOf({ attributes, userName }: Pick<StoredUser, 'attributes' | 'userName'>): string {
  const { displayName, name } = attributes;
  const parts = isJsonObject(name) ? name : {};
  const both = [parts['givenName'], parts['familyName']].filter(isText).join(' ');
  return [displayName, parts['formatted'], both].find(isText) ?? userName;
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
