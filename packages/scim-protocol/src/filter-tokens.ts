import { invalidFilter } from './errors.ts';

export type FilterToken =
  | { readonly kind: '(' | ')' | '[' | ']'; readonly start: number }
  | { readonly kind: 'word'; readonly start: number; readonly text: string }
  | {
      readonly kind: 'literal';
      readonly start: number;
      readonly value: string | number | boolean | null;
    };

const NAME = /^(?:[a-z][a-z0-9+.-]*:[a-z0-9+._~:/#%$-]*[a-z0-9_-]|[a-z$][\w$-]*(?:\.[a-z$][\w$-]*)?)$/i;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORD = /[^\s()[\]"]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** `name`, `name.sub` or a URN followed by either (RFC 7644 3.10); `$ref` is a name too. */
export function isAttributeName(text: string): boolean {
  return NAME.test(text);
}

/** Cuts a filter into tokens; values are JSON literals (RFC 7644 3.4.2.2), decoded here. */
export function scanFilter(text: string): readonly FilterToken[] {
  const tokens: FilterToken[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text[position];
    if (character === ' ' || character === '\t' || character === '\n' || character === '\r') {
      position += 1;
    } else if (character === '(' || character === ')' || character === '[' || character === ']') {
      tokens.push({ kind: character, start: position });
      position += 1;
    } else if (character === '"') {
      const end = endOfString(text, position);
      refuseAdjacent(text, position - 1, position, /[\s]/);
      refuseAdjacent(text, end, position, /[\s)\]]/);
      tokens.push({ kind: 'literal', start: position, value: decode(text, position, end) });
      position = end;
    } else {
      const word = wordAt(text, position);
      tokens.push(wordToken(word, position));
      position += word.length;
    }
  }
  return tokens;
}

function endOfString(text: string, start: number): number {
  let position = start + 1;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code === 0x22) return position + 1;
    if (Number.isNaN(code)) {
      throw invalidFilter(`The filter has a value without closing quotes, from position ${start}.`);
    }
    if (code < 0x20) {
      throw invalidFilter(`The filter has a bare control character at position ${position}.`);
    }
    if (code === 0x5c) {
      ESCAPE.lastIndex = position;
      const escape = ESCAPE.exec(text)?.[0];
      if (escape === undefined) {
        throw invalidFilter(
          `The filter has an escape at position ${position} that JSON does not know; write a backslash as \\\\.`,
        );
      }
      position += escape.length;
    } else {
      position += 1;
    }
  }
}

/** A blank stands before every value; a blank, a closing mark or the end after it. */
function refuseAdjacent(text: string, neighbour: number, start: number, allowed: RegExp): void {
  const character = text[neighbour];
  if (character !== undefined && !allowed.test(character)) {
    throw invalidFilter(`The filter's value at position ${start} needs blanks around it.`);
  }
}

function decode(text: string, start: number, end: number): string {
  const literal = text.slice(start, end);
  const value = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
  if (value.includes('\u0000') || !value.isWellFormed()) {
    throw invalidFilter(
      `The filter's value at position ${start} contains U+0000 or half of a surrogate pair.`,
    );
  }
  return value;
}

function wordAt(text: string, position: number): string {
  WORD.lastIndex = position;
  const word = WORD.exec(text)?.[0];
  if (word === undefined || word.includes('\u0000') || !word.isWellFormed()) {
    throw invalidFilter(`The filter has a character at position ${position} that no filter may have.`);
  }
  return word;
}

function wordToken(text: string, start: number): FilterToken {
  const literal = LITERALS.get(text);
  if (literal !== undefined) return { kind: 'literal', start, value: literal };
  if (NUMBER.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) {
      throw invalidFilter(`The filter's number at position ${start} is out of range.`);
    }
    return { kind: 'literal', start, value };
  }
  return { kind: 'word', start, text };
}
