import type { JsonObject, JsonValue } from '../json.ts';

const REDACTED = '[redacted]';
const CUT = '[cut]';
const MOST_CHARACTERS = 64_000;
const LONGEST_TEXT = 8_000;
const LONGEST_NUMBER = 24;
const DEEPEST = 64;

/**
 * A request's body as the provisioning log keeps it: without secrets, without characters that PostgreSQL cannot store, and
 * cut to a size, with a mark wherever something was cut. A long list costs no more than the part that is kept.
 */
export function redactBody(body: JsonValue, mostCharacters: number = MOST_CHARACTERS): JsonValue {
  return redactValue(body, { left: mostCharacters }, 0);
}

/** The same for a line of text, such as a path with its query. */
export function redactText(text: string, longest: number = LONGEST_TEXT): string {
  const beginning = storable(text.length > longest ? `${text.slice(0, longest)}${CUT}` : text);
  if (!MAY_HOLD_SECRET.test(beginning)) return beginning;
  return beginning
    .replaceAll(OUR_TOKEN, REDACTED)
    .replaceAll(WEB_TOKEN, REDACTED)
    .replaceAll(CREDENTIALS, `$1 ${REDACTED}`)
    .replaceAll(SECRET_COMPARISON, `$1${REDACTED}`);
}

// Almost no value passes this, and a body has thousands.
const MAY_HOLD_SECRET = /rc[st]_|eyJ|bearer|basic|password|secret/iu;
// A token cut short is still most of a token, so the length is not asked for.
const OUR_TOKEN = /\brc[st]_[0-9A-Za-z]{8,}/gu;
const WEB_TOKEN = /\beyJ[\w-]{8,}\.[\w-]*\.?[\w-]*/gu;
const CREDENTIALS = /\b(bearer|basic)(?:\s|%20|\+)+[\w~+/.=-]{8,}/giu;
// A filter may compare a password, in a query string or in a body: password eq "…", with blanks and quotes as %20 and %22.
const SECRET_COMPARISON =
  /\b((?:password|secret)(?:\s|%20|\+)+(?:eq|ne|co|sw|ew|gt|ge|lt|le)(?:\s|%20|\+)+)(?:"(?:[^"\\]|\\.)*"?|%22.*?(?:%22|&|$)|[^\s&]+)/giu;

interface Budget {
  left: number;
}

function redactValue(value: JsonValue, budget: Budget, depth: number): JsonValue {
  if (depth > DEEPEST) return CUT;
  if (typeof value === 'string') return redactString(value, budget);
  if (Array.isArray(value)) return redactArray(value, budget, depth);
  if (isObject(value)) return redactObject(value, budget, depth);
  spend(budget, LONGEST_NUMBER);
  return value;
}

function redactString(value: string, budget: Budget): string {
  const kept = redactText(value, Math.max(0, Math.min(LONGEST_TEXT, budget.left)));
  spend(budget, kept.length + 2);
  return kept;
}

function redactArray(value: readonly JsonValue[], budget: Budget, depth: number): JsonValue {
  const kept: JsonValue[] = [];
  spend(budget, 2);
  for (const item of value) {
    if (budget.left <= 0) return [...kept, `${CUT} ${value.length - kept.length} more`];
    kept.push(redactValue(item, budget, depth + 1));
    spend(budget, 1);
  }
  return kept;
}

function redactObject(value: JsonObject, budget: Budget, depth: number): JsonValue {
  const secretTarget = Object.entries(value).some(
    ([name, item]) => name.toLowerCase() === 'path' && namesSecret(item),
  );
  const kept: [string, JsonValue][] = [];
  spend(budget, 2);
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue;
    if (budget.left <= 0) {
      kept.push([CUT, true]);
      break;
    }
    const key = redactText(name, 200);
    spend(budget, key.length + 4);
    const secret = namesSecret(name) || (secretTarget && name.toLowerCase() === 'value');
    kept.push([key, secret && item !== null ? REDACTED : redactValue(item, budget, depth + 1)]);
  }
  return Object.fromEntries(kept);
}

/** Whether the last part of an attribute's name or path stands for a secret: password, urn:…:User:password, apiKey. */
export function namesSecret(name: JsonValue | undefined): boolean {
  if (typeof name !== 'string') return false;
  const last = name.split(/[.:]/u).at(-1) ?? '';
  return /^(?:.*password|passwd|pwd|.*secret|.*token|.*api[-_]?key|authorization|credentials?)$/iu.test(
    last.trim(),
  );
}

function spend(budget: Budget, characters: number): void {
  budget.left -= characters;
}

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
