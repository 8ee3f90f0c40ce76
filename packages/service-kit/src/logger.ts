import { type DestinationStream, type Logger, pino } from 'pino';

export interface LoggerOptions {
  /** The process, for example `scim-gateway`. */
  name: string;
  /** `info` unless given. */
  level?: string | undefined;
  /** Standard output unless given. */
  destination?: DestinationStream | undefined;
}

/**
 * A logger of JSON lines in which no secret stands: fields that carry one are replaced by name, and whatever looks like a
 * token, a credential or the local part of an address is removed from every line, wherever it got in.
 */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_FIELDS, censor: '[redacted]' },
    serializers: { err: (error: unknown) => described(error) },
    hooks: { streamWrite: withoutSecrets },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const MOST_CAUSES = 5;

/**
 * What an error says of itself. Its other properties stay out: the database's errors carry the rows they are about, and
 * those of a connection the whole connection.
 */
function described(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    stack: error.stack,
    ...(error.cause === undefined || depth === MOST_CAUSES
      ? {}
      : { cause: described(error.cause, depth + 1) }),
  };
}

const SECRET_NAMES = ['authorization', 'cookie', 'password', 'secret', 'token'];
const SECRET_FIELDS = SECRET_NAMES.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** Removes tokens, credentials and the persons in e-mail addresses from a line of the log. */
export function withoutSecrets(line: string): string {
  return line
    .replaceAll(/\b(rc[st]_)[0-9A-Za-z]{8,}/gu, '$1[redacted]')
    .replaceAll(/\beyJ[\w-]{8,}\.[\w-]*\.?[\w-]*/gu, '[redacted]')
    .replaceAll(/\b(bearer|basic)(?:\s|%20)+[\w~+/.=-]{8,}/giu, '$1 [redacted]')
    .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"\\]+@/giu, '$1[redacted]@')
    .replaceAll(PERSON_IN_ADDRESS, '[redacted]$1');
}

// From the first letter of a word alone: from each of them, a long word would take time with the square of its length.
const PERSON_IN_ADDRESS =
  /(?<![\p{L}\p{N}._%+'#-])[\p{L}\p{N}._%+'#-]+(@|%40)(?=[\p{L}\p{N}-]+\.[\p{L}\p{N}])/gu;
