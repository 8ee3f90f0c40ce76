import { operatorCaller } from '@rollcall/domain/admins/caller';
import { PROVIDER_KINDS } from '@rollcall/domain/accounts/account';
import type { ScimConfiguration } from '@rollcall/domain/accounts/account-settings';
import { updateScimConfiguration } from '@rollcall/domain/scim-access/configure-scim';
import type { ScimConfigurationChanges } from '@rollcall/domain/scim-access/plan-scim-configuration';
import { scimBaseUrl } from '@rollcall/service-kit/scim-base-url';
import { type Command, Option } from 'commander';
import { configuredScimUrl } from '../config.ts';
import { licenseType, onOrOff } from '../option-values.ts';
import { facts, printResult } from '../output.ts';
import { scimFacts } from '../settings-description.ts';
import { addNoun, addVerb, PREVIEW, PREVIEW_TOKEN, type PreviewOptions } from '../verb.ts';
import { changeAccount } from '../with-database.ts';
import { previewConfiguration } from './scim-preview.ts';

interface ConfigureOptions extends PreviewOptions {
  previewToken?: string;
}

interface SetOptions extends ConfigureOptions {
  provider?: ScimConfiguration['providerKind'];
  manualUpdates?: boolean;
  manageLicenses?: boolean;
  unlicensedMembers?: ScimConfiguration['unlicensedMembers'];
  defaultLicense?: ScimConfiguration['defaultLicenseType'];
  userNamePolicy?: ScimConfiguration['userNamePolicy'];
  dialects?: ScimConfiguration['dialects'];
  cursorPagination?: boolean;
  unprovisionedSignIn?: boolean;
}

export function addScimCommands(program: Command): void {
  const scim = addNoun(program, 'scim', "Set an account's SCIM configuration");
  addVerb(scim, 'enable <account>', {
    does: 'Let the identity provider provision the account.',
    example: 'scim enable acme --preview',
  })
    .option('--preview', PREVIEW)
    .option('--preview-token <token>', PREVIEW_TOKEN)
    .action((reference: string, options: ConfigureOptions) =>
      configure(reference, { enabled: true }, options),
    );
  addVerb(scim, 'disable <account>', {
    does: 'Refuse SCIM requests. Users, groups and tokens stay.',
    example: 'scim disable acme --preview',
  })
    .option('--preview', PREVIEW)
    .option('--preview-token <token>', PREVIEW_TOKEN)
    .action((reference: string, options: ConfigureOptions) =>
      configure(reference, { enabled: false }, options),
    );
  addScimSetCommand(scim);
}

function addScimSetCommand(scim: Command): void {
  const command = addVerb(scim, 'set <account>', {
    does: 'Change settings; those that are not named stay as they are.',
    example: 'scim set acme --manage-licenses on --unlicensed-members reject',
  });
  command
    .addOption(new Option('--provider <kind>', 'the SCIM provider').choices(PROVIDER_KINDS))
    .option('--manual-updates <on|off>', 'allow manual edits of what SCIM manages', onOrOff)
    .option('--manage-licenses <on|off>', 'licenses come from the SCIM attribute alone', onOrOff)
    .addOption(
      new Option('--unlicensed-members <rule>', 'what a group write with invited people does').choices([
        'hold',
        'reject',
      ]),
    )
    .option('--default-license <type>', 'the license where nothing else decides', licenseType)
    .addOption(
      new Option('--user-name-policy <policy>', 'what a user name must be').choices(['email', 'any']),
    )
    .addOption(
      new Option('--dialects <reading>', "of identity providers' dialects").choices(['lenient', 'strict']),
    )
    .option('--cursor-pagination <on|off>', 'announce the cursors of RFC 9865 to clients', onOrOff)
    .option('--unprovisioned-sign-in <on|off>', 'let people sign in whom nobody provisioned', onOrOff)
    .option('--preview', PREVIEW)
    .option('--preview-token <token>', PREVIEW_TOKEN)
    .action(async (reference: string, { json, preview, previewToken, ...settings }: SetOptions) => {
      if (Object.keys(settings).length === 0) {
        command.error('error: name at least one setting to change', { code: 'rollcall.usage' });
      }
      const changes: ScimConfigurationChanges = {
        providerKind: settings.provider,
        allowManualUpdates: settings.manualUpdates,
        manageLicenses: settings.manageLicenses,
        unlicensedMembers: settings.unlicensedMembers,
        defaultLicenseType: settings.defaultLicense,
        userNamePolicy: settings.userNamePolicy,
        dialects: settings.dialects,
        cursorPagination: settings.cursorPagination,
        unprovisionedSignIn: settings.unprovisionedSignIn,
      };
      await configure(reference, changes, {
        ...(json !== undefined && { json }),
        ...(preview !== undefined && { preview }),
        ...(previewToken !== undefined && { previewToken }),
      });
    });
}

async function configure(
  reference: string,
  changes: ScimConfigurationChanges,
  { preview, previewToken, ...options }: ConfigureOptions,
): Promise<void> {
  if (preview) {
    await previewConfiguration(reference, changes, options);
    return;
  }
  const scimUrl = configuredScimUrl();
  await changeAccount(reference, async (trx, actor, account, now) => {
    const { configuration } = await updateScimConfiguration(
      trx,
      operatorCaller(actor),
      account.id,
      { ...changes, previewToken },
      now,
    );
    return { scim: configuration, scimBaseUrl: scimBaseUrl(scimUrl, account.id), slug: account.slug };
  }).then(({ slug, ...result }) =>
    printResult(options, result, facts([['Account', slug], ...scimFacts(result.scim, result.scimBaseUrl)])),
  );
}
