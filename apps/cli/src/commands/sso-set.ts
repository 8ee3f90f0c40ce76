import { PROVIDER_KINDS } from '@rollcall/domain/accounts/account';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { findSsoProvider } from '@rollcall/domain/sso/find-sso-provider';
import { setSsoProvider } from '@rollcall/domain/sso/set-sso-provider';
import { type Command, Option } from 'commander';
import { configuredAdminUrl, configuredReach, configuredSecrets } from '../config.ts';
import { printResult } from '../output.ts';
import { describeProvider, providerFacts } from '../provider-description.ts';
import { contradictionIn, type ProviderOptions, readProviderOptions } from '../provider-options.ts';
import { addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount } from '../with-database.ts';

export function addSsoSetCommand(sso: Command): void {
  const command = addVerb(sso, 'set <account>', {
    does: 'Connect an OpenID Connect or SAML 2.0 provider, or change it; what is not named stays as it is. Another issuer signs everybody out.',
    example: 'sso set acme --issuer https://acme.okta.com --client-id 0oa1… --client-secret-file secret.txt',
  });
  command
    .option('--issuer <url>', 'OpenID Connect: as the provider names it')
    .option('--client-id <id>', "this application's, at the provider")
    .option('--client-secret-file <path>', 'read the client secret from the first line of a file')
    .option('--client-secret-stdin', 'read it from standard input')
    .option('--no-client-secret', 'the client has none, and PKCE alone protects the sign-in')
    .option('--saml-metadata <path>', "SAML 2.0: a file with the provider's metadata (XML)")
    .option('--groups-claim <name>', 'the claim, or SAML attribute, with the groups of a person')
    .addOption(new Option('--kind <kind>', 'decides which claim holds the address').choices(PROVIDER_KINDS))
    .action(async (reference: string, options: ProviderOptions & OutputOptions) => {
      const contradiction = contradictionIn(options);
      if (contradiction !== undefined) command.error(`error: ${contradiction}`, { code: 'rollcall.usage' });
      const [adminUrl, secrets, reach] = [configuredAdminUrl(), configuredSecrets(), configuredReach()];
      const inputFor = await readProviderOptions(options);
      const provider = await changeAccount(reference, async (trx, actor, account, now) => {
        const input = inputFor(await findSsoProvider(trx, account.id));
        const surroundings = { secrets, allowHttp: reach === 'insecure' };
        return setSsoProvider(trx, surroundings, operatorCaller(actor), account.id, input, now);
      });
      printResult(options, describeProvider(provider, adminUrl), providerFacts(provider, adminUrl));
    });
}
