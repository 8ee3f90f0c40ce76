import { invalidSyntax, invalidValue } from './errors.ts';

interface Container {
  readonly isObject: boolean;
  readonly keys: Set<string>;
  key: string;
  index: number;
}

type Expectation = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'separatorOrEnd';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const WORDS = ['true', 'false', 'null'] as const;

/** Each key is looked up by its reader; a million of them would keep everybody else waiting. */
const MAX_KEYS = 10_000;

/** Accepts exactly the texts that JSON.parse accepts (RFC 8259), less those that `parseJsonBody` refuses; one pass, no recursion. */
export function scanJson(text: string, maxDepth: number): void {
  const stack: Container[] = [];
  let expected: Expectation = 'value';
  let position = 0;

  for (;;) {
    position = skipBlanks(text, position);
    const container = stack.at(-1);
    if (expected === 'separatorOrEnd' && container === undefined) {
      if (position < text.length) throw broken(text, position, 'nothing after the JSON value');
      return;
    }
    const character = text[position];
    if (character === undefined) throw broken(text, position, 'more text');

    if (expected === 'separatorOrEnd' && container !== undefined) {
      if (character === ',') {
        container.index += 1;
        expected = container.isObject ? 'key' : 'value';
      } else if (character === (container.isObject ? '}' : ']')) {
        stack.pop();
      } else {
        throw broken(text, position, container.isObject ? '"," or "}"' : '"," or "]"');
      }
      position += 1;
      continue;
    }

    const closing: '}' | ']' | undefined =
      expected === 'keyOrEnd' ? '}' : expected === 'valueOrEnd' ? ']' : undefined;
    if (character === closing) {
      stack.pop();
      expected = 'separatorOrEnd';
      position += 1;
      continue;
    }

    if (container !== undefined && (expected === 'key' || expected === 'keyOrEnd')) {
      if (character !== '"') throw broken(text, position, 'a key in double quotes');
      const end = endOfString(text, position, stack);
      const key = decode(text.slice(position, end));
      if (container.keys.has(key)) {
        throw invalidSyntax(`The key ${pathOf(stack.slice(0, -1), key)} is there twice in one object.`);
      }
      container.keys.add(key);
      if (container.keys.size > MAX_KEYS) {
        throw invalidSyntax(
          `An object of the JSON has more than ${MAX_KEYS} keys; no resource has as many attributes.`,
        );
      }
      container.key = key;
      position = skipBlanks(text, end);
      if (text[position] !== ':') throw broken(text, position, '":"');
      position += 1;
      expected = 'value';
      continue;
    }

    if (character === '{' || character === '[') {
      if (stack.length === maxDepth) {
        throw invalidSyntax(`The JSON is nested deeper than ${maxDepth} levels.`);
      }
      const isObject: boolean = character === '{';
      stack.push({ isObject, keys: new Set(), key: '', index: 0 });
      expected = isObject ? 'keyOrEnd' : 'valueOrEnd';
      position += 1;
      continue;
    }

    position = endOfScalar(text, position, stack);
    expected = 'separatorOrEnd';
  }
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return position;
    position += 1;
  }
}

function endOfScalar(text: string, position: number, stack: readonly Container[]): number {
  if (text[position] === '"') return endOfString(text, position, stack);
  for (const word of WORDS) {
    if (text.startsWith(word, position)) return position + word.length;
  }
  NUMBER.lastIndex = position;
  const number = NUMBER.exec(text)?.[0];
  if (number === undefined) throw broken(text, position, 'a value');
  if (!Number.isFinite(Number(number))) {
    throw invalidValue(`The number at ${pathOf(stack)} is out of range.`);
  }
  return position + number.length;
}

function endOfString(text: string, start: number, stack: readonly Container[]): number {
  let position = start + 1;
  let hasUnicodeEscape = false;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code === 0x22) break;
    if (Number.isNaN(code)) throw broken(text, position, 'the end of a string');
    if (code < 0x20) throw broken(text, position, 'no bare control character in a string');
    if (code === 0x5c) {
      ESCAPE.lastIndex = position;
      const escape = ESCAPE.exec(text)?.[0];
      if (escape === undefined) throw broken(text, position, 'an escape that JSON knows');
      hasUnicodeEscape ||= escape.length > 2;
      position += escape.length;
    } else {
      hasUnicodeEscape ||= code >= 0xd800 && code <= 0xdfff;
      position += 1;
    }
  }
  position += 1;
  if (hasUnicodeEscape) refuseUnstorable(decode(text.slice(start, position)), stack);
  return position;
}

/** PostgreSQL can store neither: U+0000 in text, lone surrogates in jsonb. */
function refuseUnstorable(value: string, stack: readonly Container[]): void {
  if (value.includes('\u0000')) {
    throw invalidValue(`The text at ${pathOf(stack)} contains the character U+0000; leave it out.`);
  }
  if (!value.isWellFormed()) {
    throw invalidValue(`The text at ${pathOf(stack)} contains half of a surrogate pair.`);
  }
}

function decode(literal: string): string {
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
}

function pathOf(stack: readonly Container[], key?: string): string {
  let path = '';
  for (const container of stack) {
    path += container.isObject ? `${path === '' ? '' : '.'}${shown(container.key)}` : `[${container.index}]`;
  }
  if (key !== undefined) path += `${path === '' ? '' : '.'}${shown(key)}`;
  return path === '' ? 'the top level' : `"${path}"`;
}

function shown(key: string): string {
  const printable = key.toWellFormed().replaceAll('\u0000', '\\u0000');
  return printable.length > 80 ? `${printable.slice(0, 80)}…` : printable;
}

function broken(text: string, position: number, expected: string): Error {
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  return invalidSyntax(
    `The request body is not valid JSON: expected ${expected} at position ${position} (line ${line}, column ${column}).`,
  );
}
