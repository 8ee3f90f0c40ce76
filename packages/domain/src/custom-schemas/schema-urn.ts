import { InvalidInputError } from '../errors.ts';
import { quoted } from './document-members.ts';

/** RFC 8141, of the last part those characters that can stand in a filter and in a path. */
const URN = /^urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9](?::[a-z0-9._~-]+)+$/i;

const SCIM_NAMESPACE = 'urn:ietf:params:scim:';
const EXTENSION_NAMESPACE = 'urn:ietf:params:scim:schemas:extension:';
const VERSION_1_NAMESPACE = 'urn:scim:schemas:';

/** Names below the extension namespace that have a meaning already: RFC 7643 4.3, and the license extension. */
const TAKEN: ReadonlySet<string> = new Set(['enterprise', 'dbtlabs']);

/**
 * Throws InvalidInputError for a URN that an account cannot define: one that is none, or is SCIM's own. Names below SCIM's
 * extension namespace are allowed, since Entra tells administrators to make their URNs there.
 */
export function assertUrn(urn: string): void {
  if (!URN.test(urn) || !/[a-z0-9_-]$/i.test(urn)) {
    throw new InvalidInputError(
      `${quoted(urn)} cannot be a schema's id. Write a URN of letters, digits, ".", "_", "~", "-" and ":", for example urn:example:params:scim:schemas:extension:Acme:2.0:User.`,
      'id',
    );
  }
  const lower = urn.toLowerCase();
  if (lower.startsWith(EXTENSION_NAMESPACE)) {
    const [name = '', ...more] = lower.slice(EXTENSION_NAMESPACE.length).split(':');
    if (!TAKEN.has(name) && more.length > 0) return;
  } else if (!lower.startsWith(SCIM_NAMESPACE) && !lower.startsWith(VERSION_1_NAMESPACE)) {
    return;
  }
  throw new InvalidInputError(
    `${quoted(urn)} is SCIM's own, or one of Rollcall's. Choose a URN in a namespace of your organization, or ${EXTENSION_NAMESPACE}<your name>:2.0:User.`,
    'id',
  );
}

/** Whether paths below the two URNs could be mistaken for one another. Letter case does not count. */
export function areTooAlike(a: string, b: string): boolean {
  const [shorter = '', longer = ''] = [a.toLowerCase(), b.toLowerCase()].toSorted(
    (x, y) => x.length - y.length,
  );
  if (shorter === longer) return true;
  const next = longer[shorter.length];
  return longer.startsWith(shorter) && (next === ':' || next === '.');
}
