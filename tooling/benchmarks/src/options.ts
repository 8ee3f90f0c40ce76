import { parseArgs } from 'node:util';

export type TurnBound = { readonly seconds: number } | { readonly requests: number };

/** How large the data is and how long each measurement takes. */
export interface Sizes {
  /** Accounts in the database, the measured ones included. */
  readonly accounts: number;
  /** People in the measured account. */
  readonly users: number;
  /** Members of a large group. */
  readonly groupSize: number;
  readonly tokens: number;
  readonly connections: number;
  readonly turns: number;
  /** How long a turn is. */
  readonly turn: TurnBound;
  /** Added by many clients at once to one group. */
  readonly concurrentAdds: number;
  /** Creations in one bulk request. */
  readonly bulkOperations: number;
  /** What an identity provider brings when provisioning is turned on. */
  readonly firstSync: FirstSyncSizes;
  /** People that the larger cleanup of a default group takes out of it; the smaller one takes out a tenth. */
  readonly cleanup: number;
}

export interface FirstSyncSizes {
  readonly users: number;
  readonly groups: number;
  readonly membersOfEach: number;
  readonly membersAtOnce: number;
}

export interface Options {
  readonly sizes: Sizes;
  /** All where none is named. */
  readonly rows: readonly string[] | undefined;
  /** Where the results go as JSON. */
  readonly out: string | undefined;
  /** A file of results to print as Markdown instead of measuring. */
  readonly markdown: string | undefined;
  /** A folder for CPU profiles of the gateway, one for each row. */
  readonly profile: string | undefined;
}

const FULL: Sizes = {
  accounts: 1_000,
  users: 1_000_000,
  groupSize: 100_000,
  tokens: 10_000,
  connections: 32,
  turns: 5,
  turn: { seconds: 3 },
  concurrentAdds: 10_000,
  bulkOperations: 1_000,
  firstSync: { users: 20_000, groups: 500, membersOfEach: 200, membersAtOnce: 100 },
  cleanup: 100_000,
};

/** Shows that everything works, and nothing about time. */
export const SMOKE: Sizes = {
  accounts: 6,
  users: 400,
  groupSize: 40,
  tokens: 20,
  connections: 4,
  turns: 1,
  turn: { requests: 40 },
  concurrentAdds: 100,
  bulkOperations: 20,
  firstSync: { users: 120, groups: 4, membersOfEach: 15, membersAtOnce: 10 },
  cleanup: 600,
};

/** What the benchmarks can be asked to do; `help` where that is all that is wanted. */
export const HELP = `Usage: npm run bench -- [options]

  --rows 1,2,3     only these rows
  --users N        people in the measured account (${FULL.users})
  --accounts N     accounts in the database (${FULL.accounts})
  --turns N        turns that product and floor take (${FULL.turns})
  --seconds N      length of a turn (3)
  --smoke          tiny sizes: shows that everything works, and nothing about time
  --out FILE       write the results as JSON
  --markdown FILE  print results that --out wrote as a Markdown table, and measure nothing
  --profile DIR    write a CPU profile of the gateway for each row

DATABASE_URL names a PostgreSQL to measure on, in a database of its own; without it an embedded one is started.
`;

/** Options that make no sense together or at all; the message says which. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

/** Throws OptionsError. Undefined: the reader asked for help. */
export function readOptions(argv: readonly string[]): Options | undefined {
  const values = parse(argv);
  if (values.help === true) return undefined;
  const base = values.smoke === true ? SMOKE : FULL;
  const users = wholeNumber('users', values.users, base.users, 100);
  return {
    sizes: {
      ...base,
      users,
      accounts: wholeNumber('accounts', values.accounts, base.accounts, 6),
      groupSize: Math.min(base.groupSize, Math.floor(users / 10)),
      turns: wholeNumber('turns', values.turns, base.turns, 1),
      turn:
        values.seconds === undefined ? base.turn : { seconds: wholeNumber('seconds', values.seconds, 0, 1) },
    },
    rows: values.rows?.split(',').map((row) => row.trim()),
    out: values.out,
    markdown: values.markdown,
    profile: values.profile,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        rows: { type: 'string' },
        users: { type: 'string' },
        accounts: { type: 'string' },
        turns: { type: 'string' },
        seconds: { type: 'string' },
        smoke: { type: 'boolean' },
        out: { type: 'string' },
        markdown: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw new OptionsError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function wholeNumber(name: string, text: string | undefined, fallback: number, least: number): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,9}$/u.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw new OptionsError(`--${name} must be a whole number, ${least} or more, but is "${text}".`);
}
