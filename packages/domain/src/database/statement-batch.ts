import type { Connection, FieldDef, Submittable } from 'pg';
import type { WireValue } from './wire-value.ts';

/** A statement that waits for its turn on a connection, and the promise to answer. */
export interface PendingStatement {
  /** As a prepared statement; undefined for one that is not kept. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: WireValue[];
  /** A method, since only the caller knows what the rows are. */
  resolve(answer: Answer<unknown>): void;
  reject(error: Error): void;
}

export interface Answer<Row> {
  rows: Row[];
  /** How many rows the statement returned or changed. */
  rowCount: number;
  /** What it was: `SELECT`, `UPDATE`, `COMMIT` … */
  command: string;
}

/** What a connection knows of the statements that were prepared on it; `uncertain` after a failure. */
export type PreparedStatements = Map<string, readonly Column[] | 'uncertain'>;

interface Column {
  name: string;
  parse: (text: string) => unknown;
}

/** How values of the type with that oid are read. */
export type TypeParsers = (type: number) => (text: string) => unknown;

/** What pg calls while the server answers, beyond `submit`. */
interface Batch extends Submittable {
  handleRowDescription(message: { fields: FieldDef[] }): void;
  handleDataRow(message: { fields: (string | null)[] }): void;
  handleCommandComplete(message: { text: string }): void;
  handleEmptyQuery(): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
}

/**
 * Statements that are sent in one piece and answered in one piece, with a single Sync behind the last: neither side makes
 * a system call per statement. What a statement returns is asked for only once on each connection. When one fails,
 * PostgreSQL skips those behind it, and they are rejected with the same error.
 */
export function statementBatch(
  statements: readonly PendingStatement[],
  prepared: PreparedStatements,
  parserOf: TypeParsers,
  onDone: (error?: Error) => void,
): Batch {
  let current = 0;
  let columns: readonly Column[] | undefined;
  let rows: unknown[] = [];
  let unreadable: Error | undefined;

  function complete(command: string, rowCount: number): void {
    const statement = statements[current];
    if (statement === undefined) return;
    if (statement.name !== undefined) prepared.set(statement.name, currentColumns());
    const answer = { rows, rowCount, command };
    if (unreadable === undefined) statement.resolve(answer);
    else statement.reject(unreadable);
    current += 1;
    columns = undefined;
    rows = [];
    unreadable = undefined;
  }

  function currentColumns(): readonly Column[] {
    if (columns !== undefined) return columns;
    return knownColumns(prepared, statements[current]?.name) ?? [];
  }

  return {
    submit(connection) {
      connection.stream.cork();
      // One that comes twice in a batch is prepared by its first appearance.
      const sent = new Set<string>();
      for (const statement of statements) send(connection, statement, prepared, sent);
      connection.sync();
      connection.stream.uncork();
    },

    handleRowDescription({ fields }) {
      columns = fields.map(({ name, dataTypeID }) => ({
        name,
        parse: parserOf(dataTypeID),
      }));
    },

    handleDataRow({ fields }) {
      columns ??= currentColumns();
      try {
        rows.push(readRow(columns, fields));
      } catch (error) {
        unreadable = error instanceof Error ? error : new Error(String(error));
      }
    },

    handleCommandComplete({ text }) {
      const [command = ''] = text.split(' ', 1);
      complete(command, Number(text.slice(text.lastIndexOf(' ') + 1)) || 0);
    },

    handleEmptyQuery() {
      complete('', 0);
    },

    handleError(error) {
      // It may have been prepared before it failed, or not, or what it returns has changed.
      const name = statements[current]?.name;
      if (name !== undefined) prepared.set(name, 'uncertain');
      for (const statement of statements.slice(current)) statement.reject(error);
      current = statements.length;
      onDone(error);
    },

    handleReadyForQuery() {
      onDone();
    },
  };
}

function send(
  connection: Connection,
  { name, text, values }: PendingStatement,
  prepared: PreparedStatements,
  sent: Set<string>,
): void {
  const isKnown = name !== undefined && (sent.has(name) || knownColumns(prepared, name) !== undefined);
  if (!isKnown) {
    if (name !== undefined && prepared.get(name) === 'uncertain') connection.close({ type: 'S', name }, true);
    connection.parse({ name: name ?? '', text, types: [] }, true);
  }
  connection.bind({ statement: name, values }, true);
  if (!isKnown) connection.describe({ type: 'P' }, true);
  connection.execute({}, true);
  if (name !== undefined) sent.add(name);
}

function knownColumns(prepared: PreparedStatements, name: string | undefined): readonly Column[] | undefined {
  const known = name === undefined ? undefined : prepared.get(name);
  return known === 'uncertain' ? undefined : known;
}

function readRow(columns: readonly Column[], fields: readonly (string | null)[]): unknown {
  const row: Record<string, unknown> = {};
  let index = 0;
  for (const { name, parse } of columns) {
    const text = fields[index] ?? null;
    row[name] = text === null ? null : parse(text);
    index += 1;
  }
  return row;
}
