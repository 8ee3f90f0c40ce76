import type { Database } from '@rollcall/domain/database/connection';
import { inTransaction } from '@rollcall/domain/database/transaction';
import type { Account } from '@rollcall/domain/accounts/account';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { findOidcClient, findSsoProvider } from '@rollcall/domain/sso/find-sso-provider';
import { noteProviderTest, removeSsoProvider } from '@rollcall/domain/sso/set-sso-provider';
import type { SsoProvider } from '@rollcall/domain/sso/sso-provider';
import { openPage } from '@rollcall/oidc-protocol/open-page';
import {
  type ProviderTest as OidcProviderTest,
  testProvider as testOidcProvider,
} from '@rollcall/oidc-protocol/test-provider';
import {
  type ProviderTest as SamlProviderTest,
  testProvider as testSamlProvider,
} from '@rollcall/saml-protocol/test-provider';
import { signInCallbackUrl } from '@rollcall/service-kit/admin-url';
import { samlService } from '@rollcall/service-kit/saml-service';
import type { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { configuredAdminUrl, configuredReach, configuredSecrets } from '../config.ts';
import { printable, printResult } from '../output.ts';
import {
  describeProvider,
  describeRegistration,
  providerFacts,
  registrationFacts,
} from '../provider-description.ts';
import { addNoun, addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount, operator, withAccount } from '../with-database.ts';
import { addSsoSetCommand } from './sso-set.ts';

export function addSsoCommands(program: Command): void {
  const sso = addNoun(program, 'sso', "Connect an account's sign-on provider");
  addSsoSetCommand(sso);
  addVerb(sso, 'show <account>', {
    does: 'Show the provider, and what to register there, also while there is none. The client secret is never shown.',
    example: 'sso show acme',
  }).action(show);
  addVerb(sso, 'test <account>', {
    does: 'Try everything that can be tried without a person, and say what is wrong.',
    example: 'sso test acme',
  }).action(test);
  addVerb(sso, 'remove <account>', {
    does: 'Disconnect the provider: whoever signed in with it is signed out, and nobody signs in.',
    example: 'sso remove acme',
  }).action(remove);
}

async function show(reference: string, options: OutputOptions): Promise<void> {
  const adminUrl = configuredAdminUrl();
  await withAccount(reference, async (db, { id }) => {
    const provider = await findSsoProvider(db, id);
    if (provider === undefined) {
      const described = { provider: null, ...describeRegistration(adminUrl, id) };
      printResult(options, described, registrationFacts(adminUrl, id));
    } else {
      printResult(options, describeProvider(provider, adminUrl), providerFacts(provider, adminUrl));
    }
  });
}

async function test(reference: string, options: OutputOptions): Promise<void> {
  const adminUrl = configuredAdminUrl();
  await withAccount(reference, async (db, account) => {
    const provider = await connectedProvider(db, account);
    const result = await tried(db, provider, adminUrl);
    if (result.passed) {
      const { id } = account;
      await inTransaction(db, (trx) =>
        noteProviderTest(trx, operatorCaller(operator()), id, provider.version, new Date()),
      );
    }
    printResult(
      options,
      { ...describeProvider(provider, adminUrl), ...result },
      `${providerFacts(provider, adminUrl)}\n\n${result.checks.map(lineOf).join('\n')}`,
    );
    if (!result.passed) throw new CommandFailure('The provider cannot be used as it is set.');
  });
}

type ProviderTest = OidcProviderTest | SamlProviderTest;

async function tried(db: Database, provider: SsoProvider, adminUrl: string): Promise<ProviderTest> {
  const reach = configuredReach();
  if (provider.protocol === 'saml') {
    const { accountId, issuer: entityId } = provider;
    const service = samlService(adminUrl, accountId);
    return testSamlProvider(service, { ...provider, entityId }, (url) => openPage(url, reach), new Date());
  }
  const client = await findOidcClient(db, configuredSecrets(), provider.accountId);
  if (client === undefined) throw new CommandFailure('The provider was changed meanwhile. Test it again.');
  const { issuer, clientId } = client.provider;
  const settings = { issuer, clientId, clientSecret: client.clientSecret };
  return testOidcProvider(settings, reach, signInCallbackUrl(adminUrl));
}

const MARKS = { passed: 'ok      ', warned: 'perhaps ', failed: 'problem ' };

function lineOf({ outcome, text }: ProviderTest['checks'][number]): string {
  return `${MARKS[outcome]} ${printable(text)}`;
}

async function remove(reference: string, options: OutputOptions): Promise<void> {
  await changeAccount(reference, (trx, actor, account, now) =>
    removeSsoProvider(trx, operatorCaller(actor), account.id, now),
  );
  printResult(options, { removed: true }, 'No provider is connected any longer.');
}

async function connectedProvider(db: Database, account: Account): Promise<SsoProvider> {
  const provider = await findSsoProvider(db, account.id);
  if (provider !== undefined) return provider;
  throw new CommandFailure(
    `${account.slug} has no sign-on provider. Connect one with "rollcall sso set ${account.slug} --issuer … --client-id …", or with --saml-metadata.`,
  );
}
