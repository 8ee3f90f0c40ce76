import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

export const modes = ['okta', 'okta-custom', 'entra', 'entra-flag'] as const;
export type Mode = (typeof modes)[number];

export interface Options {
  readonly mode: Mode;
  readonly base: URL | undefined;
  readonly token: string | undefined;
  readonly people: number;
  readonly groups: number;
  readonly seed: string;
  readonly days: number;
  readonly domain: string | undefined;
  readonly outside: number;
  readonly connections: number;
  readonly licenseAttribute: boolean;
  readonly report: string | undefined;
}

interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** The parsed options, or the exit code of a run that ends here: 0 after --help, 2 after a bad option. */
export function parseOptions(argv: readonly string[], output: Output): Options | 0 | 2 {
  let options: Options | undefined;
  const command = simulateCommand(output).action((mode: Mode, given: GivenOptions) => {
    const contradiction = contradictionIn(mode, given);
    if (contradiction !== undefined) command.error(`error: ${contradiction}`);
    options = complete(mode, given);
  });
  try {
    command.parse(argv, { from: 'user' });
  } catch (failure) {
    if (!(failure instanceof CommanderError)) throw failure;
    return failure.exitCode === 0 ? 0 : 2;
  }
  return options ?? 2;
}

interface GivenOptions {
  readonly base?: URL;
  readonly token?: string;
  readonly people: number;
  readonly groups: number;
  readonly seed: string;
  readonly days: number;
  readonly domain?: string;
  readonly outside: number;
  readonly connections?: number;
  readonly licenseAttribute?: boolean;
  readonly report?: string;
}

function simulateCommand(output: Output): Command {
  return new Command('simulate')
    .description('Plays an identity provider against a SCIM server and compares what it reads back')
    .argument('<mode>', modes.join(', '), parseMode)
    .option('--base <url>', 'SCIM base URL (default: the demo account of this kind)', parseUrl)
    .option('--token <token>', 'bearer token for --base')
    .option('--people <n>', 'people in the directory', whole(1, 200_000), 200)
    .option('--groups <n>', 'groups in the directory', whole(1, 10_000), 25)
    .option('--seed <seed>', 'the same seed plays the same directory', '1')
    .option('--days <n>', 'days of changes after the first sync', whole(0, 365), 5)
    .option('--domain <domain>', "e-mail domain of the people (default: the demo account's)", parseDomain)
    .option('--outside <percent>', 'people in a domain that is not verified', whole(0, 100), 0)
    .option('--connections <n>', 'requests at once (default: 5 as Okta, 8 as Entra)', whole(1, 64))
    .option('--license-attribute', 'Entra modes: map the license attribute too (Okta always does)')
    .addOption(new Option('--report <file>', 'write the report as JSON'))
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.out(text), writeErr: (text) => output.err(text) });
}

function contradictionIn(mode: Mode, given: GivenOptions): string | undefined {
  if (given.base && !given.token) return '--base needs --token, the bearer token of that account';
  if (given.token && !given.base) return '--token needs --base, the SCIM base URL that it belongs to';
  if (given.licenseAttribute && mode.startsWith('okta')) {
    return '--license-attribute is for the Entra modes; Okta always maps the attribute';
  }
  return undefined;
}

function complete(mode: Mode, given: GivenOptions): Options {
  return {
    mode,
    base: given.base,
    token: given.token,
    people: given.people,
    groups: given.groups,
    seed: given.seed,
    days: given.days,
    domain: given.domain,
    outside: given.outside,
    connections: given.connections ?? (mode.startsWith('okta') ? 5 : 8),
    licenseAttribute: mode.startsWith('okta') || given.licenseAttribute === true,
    report: given.report,
  };
}

function parseMode(text: string): Mode {
  const mode = modes.find((known) => known === text);
  if (mode === undefined) throw new InvalidArgumentError(`Use one of ${modes.join(', ')}.`);
  return mode;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError(
      'Use a whole http(s) URL, such as http://127.0.0.1:4001/scim/v2/<account>.',
    );
  }
  return url;
}

function parseDomain(text: string): string {
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text))
    throw new InvalidArgumentError('Use a domain such as acme.example.');
  return text;
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Use a whole number from ${least} to ${most}.`);
  };
}
