import { ScimError, type ScimType } from './errors.ts';

/** An account's `dialects` setting: `lenient` reads what identity providers really send, `strict` keeps to the RFC's letter. */
export type Dialects = 'lenient' | 'strict';

/** Every tolerance that this package knows, and whose traffic asks for it. */
export const LENIENCIES = {
  'op-case': 'PATCH operators in any letter case (Entra sends "Add", "Replace", "Remove")',
  'boolean-as-text': 'the texts "True" and "False" for booleans (Entra without aadOptscim062020)',
  'remove-by-value-list':
    'a PATCH remove with a list of values takes away only these (Entra, authentik, JumpCloud)',
  'remove-with-value': 'a PATCH remove whose path says what goes, with a value beside it (Entra)',
  'dotted-keys': 'a pathless PATCH whose keys are paths (Entra with aadOptscim062020)',
  'dot-after-urn': "a dot between a schema's URN and the attribute's name (Microsoft's inbound collection)",
  'bare-string-manager': 'a manager given as text instead of an object (Entra)',
  'bare-string-value':
    'an entry given as text instead of an object with "value" (Microsoft test collections)',
  'object-for-list':
    "one object, or one member's id, where a list belongs (several provisioning clients, Microsoft test collections)",
  'list-for-object': 'a list of one where a single value belongs (Entra reference attributes)',
  'unquoted-filter-value': 'a filter value without quotes (OneLogin, authentik, Microsoft test collections)',
  'complex-as-value': 'a filter that compares a complex value as if it were its "value" (Entra\'s manager)',
  'parameter-case': 'query parameters in any letter case (Entra as a reader sends "startindex")',
  'selection-filter':
    'a filter in brackets in "attributes" or "excludedAttributes" (Microsoft test collections)',
  'value-path-comparison': 'a comparison after a value path: emails[type eq "work"].value eq "x" (Entra)',
  'value-path-created':
    'a PATCH whose value path matches no entry makes that entry, a replace only one of a type that the schema lists (Entra)',
  'value-path-gone':
    'a PATCH replace with null of an entry that is not there changes nothing (Entra, clearing twice)',
  'empty-string-as-unassigned': 'the empty text for "no value" (Okta, Entra, OneLogin)',
  'empty-operations': 'a PATCH without any operation changes nothing (Microsoft SCIM Validator)',
  'bulk-method-case': 'the methods of a bulk request in any letter case (clients that write "post")',
  'bulk-path-form':
    "a bulk operation's path with the base URL in front, or without its slash (clients that send meta.location)",
  'schemas-missing': 'a body without "schemas" (template-driven clients)',
  'schemas-duplicate': 'the same URN twice in "schemas"',
  'schemas-unknown': 'a URN in "schemas" that the resource type does not have (Entra\'s groups)',
  'schemas-unlisted': 'attributes of an extension that "schemas" does not list (Entra)',
  'schemas-version-1': 'the SCIM 1.x core URN in place of the 2.0 one (OneLogin templates)',
} as const satisfies Readonly<Record<string, string>>;

export type LeniencyCode = keyof typeof LENIENCIES;

export interface Leniency {
  readonly code: LeniencyCode;
  readonly text: string;
}

/** How one request is read: which dialects it may use, and which of them it used. */
export interface Reading {
  readonly dialects: Dialects;
  readonly leniencies: readonly Leniency[];
  /** Notes a tolerance; where the account is strict, refuses the request and names it. `text` never holds a client's value. */
  leniency(code: LeniencyCode, text: string, scimType: ScimType): void;
}

/** A list of thousands of members must not become thousands of notes. */
const MAX_NOTES_PER_CODE = 10;

export function createReading(dialects: Dialects): Reading {
  const leniencies: Leniency[] = [];
  const seen = new Set<string>();
  return {
    dialects,
    leniencies,
    leniency(code, text, scimType) {
      if (dialects === 'strict') {
        throw new ScimError(
          400,
          scimType,
          `${text}. This account reads SCIM to the letter ("strict" dialects) and refuses "${code}": ${LENIENCIES[code]}.`,
        );
      }
      const key = `${code} ${text}`;
      const ofCode = leniencies.filter((leniency) => leniency.code === code);
      if (seen.has(key) || ofCode.length === MAX_NOTES_PER_CODE) return;
      seen.add(key);
      leniencies.push({ code, text });
    },
  };
}
