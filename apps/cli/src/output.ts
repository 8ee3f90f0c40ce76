import type { OutputOptions } from './verb.ts';

/** Prints a result once: as JSON for scripts, else as text for a person. */
export function printResult(options: OutputOptions, value: object, text: string): void {
  process.stdout.write(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`);
}

/** What stands in the rows of a list. */
export function itemsOf<T>(rows: readonly { item: T | undefined }[]): T[] {
  return rows.flatMap(({ item }) => (item === undefined ? [] : [item]));
}

/** Columns under headings, each as wide as its widest cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((cells) => cells.map(printable));
  const widths = headings.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values, one pair a line. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`).join('\n');
}

/** Names come from outside: none may move the cursor, change colours or begin a new line of its own. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

export function dateOrNothing(date: Date | null): string {
  return date === null ? '–' : date.toISOString();
}
