import type { DemoAccount } from './demo-accounts-file.ts';
import { DEMO_DIRECTORIES } from './demo-directories.ts';
import { fullName } from './identity-provider/directory.ts';

type Ready = {
  readonly accounts: readonly DemoAccount[];
  readonly publicAdminUrl: string;
  /** Undefined where mails are really sent. */
  readonly outbox: string | undefined;
  readonly dataDir: string;
};

/** What a person needs who has just typed `npm start`. */
export function readyScreen({ accounts, publicAdminUrl, outbox, dataDir }: Ready): string {
  return [
    '',
    'Rollcall is ready.',
    '',
    `  Sign in   ${publicAdminUrl}/sign-in   name an account, then pick who you are`,
    `  GraphQL   ${publicAdminUrl}/graphql   as whoever signed in, or with a service token`,
    ...(outbox === undefined ? [] : [`  Outbox    ${outbox}    the mails that nobody sent`]),
    ...accounts.flatMap(accountLines),
    '',
    `The logs: ${dataDir}/*.log`,
    'Ctrl-C stops everything; the next start has all data.',
  ].join('\n');
}

function accountLines({
  slug,
  sso,
  scimBaseUrl,
  scimToken,
  serviceToken,
  verifiedDomains,
}: DemoAccount): string[] {
  const directory = DEMO_DIRECTORIES.find(({ account }) => account.slug === slug);
  const modes = sso === 'okta' ? ['okta', 'okta-custom'] : ['entra', 'entra-flag'];
  return [
    '',
    `  ${directory?.account.name ?? slug}: account ${slug}, verified domain ${verifiedDomains.join(', ')}`,
    ...(directory === undefined ? [] : [`    Administrator   ${fullName(directory.owner)}`]),
    `    SCIM base URL   ${scimBaseUrl}`,
    `    SCIM token      ${scimToken}`,
    `    Service token   ${serviceToken}`,
    `    Play its IdP    ${modes.map((mode) => `npm run simulate -- ${mode}`).join('   or   ')}`,
  ];
}
