import { InvalidInputError } from '../errors.ts';

/** The members of a JSON object, by their names alone: a name such as `__proto__` never reaches a prototype. */
export type Members = ReadonlyMap<string, unknown>;

/** Throws InvalidInputError for what is no object, and for a member that nobody knows: a typing error must not become a default. */
export function membersOf(value: unknown, where: string, known: readonly string[]): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInputError(`${where} must be a JSON object, as /Schemas prints it.`, where);
  }
  const members: [string, unknown][] = Object.entries(value);
  const unknown = members.find(([name]) => !known.includes(name));
  if (unknown !== undefined) {
    throw new InvalidInputError(
      `${where} has the member ${quoted(unknown[0])}, which RFC 7643 section 7 does not know; it may have ${known.join(', ')}.`,
      where,
    );
  }
  return new Map(members);
}

/** A line of text that people can read, or `otherwise` where it is left out. */
export function textIn(
  members: Members,
  name: string,
  where: string,
  { longest, otherwise }: { longest: number; otherwise?: string },
): string {
  const value = members.get(name) ?? otherwise;
  if (value === undefined) throw new InvalidInputError(`${where} needs ${quoted(name)}, a text.`, where);
  return readableText(value, `${quoted(name)} of ${where}`, otherwise === undefined ? 1 : 0, longest);
}

export function listIn(members: Members, name: string, where: string): readonly unknown[] {
  const value: unknown = members.get(name) ?? [];
  if (Array.isArray(value)) return value;
  throw new InvalidInputError(`${quoted(name)} of ${where} must be a list.`, where);
}

/** A list of different texts, or undefined for an empty one. */
export function textsIn(
  members: Members,
  name: string,
  where: string,
  { most, longest }: { most: number; longest: number },
): readonly string[] | undefined {
  const values = listIn(members, name, where);
  if (values.length === 0) return undefined;
  if (values.length > most) {
    throw new InvalidInputError(
      `${quoted(name)} of ${where} has ${values.length} values; at most ${most} are kept.`,
      where,
    );
  }
  const texts = values.map((value, index) =>
    readableText(value, `${quoted(name)}[${index}] of ${where}`, 1, longest),
  );
  if (new Set(texts).size < texts.length) {
    throw new InvalidInputError(`${quoted(name)} of ${where} has a value twice.`, where);
  }
  return texts;
}

export function flagIn(members: Members, name: string, where: string, otherwise: boolean): boolean {
  const value = members.get(name) ?? otherwise;
  if (typeof value === 'boolean') return value;
  throw new InvalidInputError(`${quoted(name)} of ${where} must be true or false.`, where);
}

export function choiceIn<Choice extends string>(
  members: Members,
  name: string,
  where: string,
  choices: readonly Choice[],
  otherwise?: Choice,
): Choice {
  const value = members.get(name) ?? otherwise;
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new InvalidInputError(`${quoted(name)} of ${where} must be one of ${choices.join(', ')}.`, where);
}

/** What a client sent, fit for a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function readableText(value: unknown, what: string, shortest: number, longest: number): string {
  if (typeof value !== 'string' || value.trim().length < shortest) {
    throw new InvalidInputError(`${what} must be a text${shortest > 0 ? ' that is not empty' : ''}.`);
  }
  if (value.length > longest) {
    throw new InvalidInputError(`${what} has ${value.length} characters; at most ${longest} are kept.`);
  }
  if (/\p{Cc}/u.test(value) || !value.isWellFormed()) {
    throw new InvalidInputError(`${what} holds a control character or half of a surrogate pair.`);
  }
  return value;
}
