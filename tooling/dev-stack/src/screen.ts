import type { DemoAccount } from './demo-accounts-file.ts';
import { DEMO_DIRECTORIES } from './demo-directories.ts';

type Ready = { readonly accounts: readonly DemoAccount[]; readonly gatewayLog: string };

/** What a person needs who has just typed `npm start`. */
export function readyScreen({ accounts, gatewayLog }: Ready): string {
  return [
    '',
    'Rollcall is ready.',
    ...accounts.flatMap(accountLines),
    '',
    `The gateway's log: ${gatewayLog}`,
    'Ctrl-C stops everything; the next start has all data.',
  ].join('\n');
}

function accountLines({ slug, sso, scimBaseUrl, scimToken, verifiedDomains }: DemoAccount): string[] {
  const name = DEMO_DIRECTORIES.find(({ account }) => account.slug === slug)?.account.name ?? slug;
  const modes = sso === 'okta' ? ['okta', 'okta-custom'] : ['entra', 'entra-flag'];
  return [
    '',
    `  ${name}: account ${slug}, verified domain ${verifiedDomains.join(', ')}`,
    `    SCIM base URL   ${scimBaseUrl}`,
    `    SCIM token      ${scimToken}`,
    `    Play its IdP    ${modes.map((mode) => `npm run simulate -- ${mode}`).join('   or   ')}`,
  ];
}
