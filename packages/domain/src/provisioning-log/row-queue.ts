/** Rows, each as JSON text, that wait to be written. Bounded in number and in size. */
export interface RowQueue {
  /** Refuses the row, and counts it as refused, when the queue is full. */
  add(row: string): void;
  /** Removes the oldest rows, as many as one statement should carry. */
  take(): readonly string[];
  /** Puts rows that could not be written back in front, whatever the bounds. */
  putBack(rows: readonly string[]): void;
  hasFullBatch(): boolean;
  size(): number;
  /** How many were refused since the last call. */
  takeRefused(): number;
}

const ROWS_PER_BATCH = 500;
const CHARACTERS_PER_BATCH = 4_000_000;
const MOST_ROWS = 20_000;
const MOST_CHARACTERS = 64_000_000;

export function openRowQueue(): RowQueue {
  let rows: string[] = [];
  let characters = 0;
  let refused = 0;

  return {
    add(row) {
      if (rows.length >= MOST_ROWS || characters + row.length > MOST_CHARACTERS) {
        refused += 1;
        return;
      }
      rows.push(row);
      characters += row.length;
    },

    take() {
      let length = 0;
      let taken = 0;
      for (const row of rows) {
        if (taken === ROWS_PER_BATCH || (taken > 0 && length + row.length > CHARACTERS_PER_BATCH)) break;
        taken += 1;
        length += row.length;
      }
      characters -= length;
      return rows.splice(0, taken);
    },

    putBack(unwritten) {
      rows = [...unwritten, ...rows];
      characters += unwritten.reduce((sum, row) => sum + row.length, 0);
    },

    hasFullBatch() {
      return rows.length >= ROWS_PER_BATCH || characters >= CHARACTERS_PER_BATCH;
    },

    size() {
      return rows.length;
    },

    takeRefused() {
      const count = refused;
      refused = 0;
      return count;
    },
  };
}
