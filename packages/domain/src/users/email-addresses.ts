import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Exactly one `@` with something on either side, and no blank or control character. Guest addresses with #EXT# pass. */
export function isAddress(text: string): boolean {
  return /^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u.test(text);
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

export function sameIgnoringCase(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** One entry of the SCIM attribute `emails`. */
export interface Email {
  value: string | undefined;
  type: string | undefined;
  primary: boolean;
  index: number;
}

/**
 * The *work* e-mail of a person: of the entries of type work the primary one, else the first of them; without that type
 * the primary entry, else the only one.
 */
export function workEmail(attributes: JsonObject): Email | undefined {
  const emails = emailsOf(attributes);
  const work = emails.filter((email) => email.type?.toLowerCase() === 'work');
  const candidates = work.length > 0 ? work : emails;
  const primary = candidates.find((email) => email.primary);
  if (primary !== undefined) return primary;
  return work.length > 0 || candidates.length === 1 ? candidates[0] : undefined;
}

/** The same attributes, with the value of one e-mail entry replaced, or the entry added where there is none. */
export function withWorkEmail(attributes: JsonObject, value: string): JsonObject {
  const entries = arrayOf(attributes['emails']);
  const work = workEmail(attributes);
  if (work === undefined) {
    return {
      ...attributes,
      emails: [
        ...entries,
        { value, type: 'work', primary: !emailsOf(attributes).some((email) => email.primary) },
      ],
    };
  }
  return {
    ...attributes,
    emails: entries.map((entry, index) =>
      index === work.index && isJsonObject(entry) ? { ...entry, value } : entry,
    ),
  };
}

/** The same attributes without the work e-mail. */
export function withoutWorkEmail(attributes: JsonObject): JsonObject {
  const work = workEmail(attributes);
  if (work === undefined) return attributes;
  const { emails, ...others } = attributes;
  const left = arrayOf(emails).filter((_entry, index) => index !== work.index);
  return left.length === 0 ? others : { ...others, emails: left };
}

/** Every e-mail value, for the column that finds people by address. */
export function emailValues(attributes: JsonObject): string[] {
  return emailsOf(attributes).flatMap((email) => (email.value === undefined ? [] : [email.value]));
}

function emailsOf(attributes: JsonObject): Email[] {
  return arrayOf(attributes['emails']).flatMap((entry, index) => {
    if (!isJsonObject(entry)) return [];
    const { value, type, primary } = entry;
    return [
      {
        value: typeof value === 'string' ? value : undefined,
        type: typeof type === 'string' ? type : undefined,
        primary: primary === true,
        index,
      },
    ];
  });
}

function arrayOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}
