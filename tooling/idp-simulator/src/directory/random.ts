import { createHash } from 'node:crypto';

export interface Random {
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** Up to `count` different entries, in a random order. */
  some<T>(list: readonly T[], count: number): T[];
  text(alphabet: string, length: number): string;
}

/** The same scope gives the same sequence on every machine, so a run can be repeated. */
export function seededRandom(...scope: readonly (string | number)[]): Random {
  const next = uniform(scope.join('\u001f'));
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)] ?? list[0],
    some: (list, count) => shuffled(list, below).slice(0, Math.max(0, count)),
    text: (alphabet, length) =>
      Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join(''),
  };
}

/** A short mark that differs wherever any part differs. */
export function fingerprint(...parts: readonly (string | number | boolean)[]): string {
  const digest = createHash('sha256').update(parts.join('\u001f')).digest();
  return digest.readUInt32BE(0).toString(36).padStart(7, '0').slice(-5);
}

function shuffled<T>(list: readonly T[], below: (limit: number) => number): T[] {
  return list
    .map((entry) => ({ entry, rank: below(2 ** 30) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry);
}

/** sfc32: small, fast, and the same in every JavaScript engine. */
function uniform(scope: string): () => number {
  const digest = createHash('sha256').update(scope).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}
