import { operatorCaller } from '@rollcall/domain/admins/caller';
import { type LicenseMappingChanges, listLicenseMappings } from '@rollcall/domain/licenses/license-mappings';
import { previewLicenseMappings } from '@rollcall/domain/licenses/preview-license-mappings';
import { setLicenseMappings } from '@rollcall/domain/licenses/set-license-mappings';
import { LICENSE_TYPES, type LicenseType } from '@rollcall/domain/licenses/license-type';
import type { Command } from 'commander';
import { licenseType } from '../option-values.ts';
import { describeLicenses, licenseLines } from '../license-preview-description.ts';
import { printable, printResult, table } from '../output.ts';
import {
  addNoun,
  addVerb,
  type OutputOptions,
  PREVIEW,
  PREVIEW_TOKEN,
  type PreviewOptions,
} from '../verb.ts';
import { changeAccount, operator, withAccount } from '../with-database.ts';

interface SetOptions extends PreviewOptions {
  none?: true;
  previewToken?: string;
}

export function addLicenseMappingCommands(program: Command): void {
  const license = addNoun(program, 'license', 'Decide which groups give which license');
  const mapping = addNoun(
    license,
    'mapping',
    'SSO license mappings: license type to groups of the identity provider',
  );
  const set = addVerb(mapping, 'set <account>', {
    does: "Map groups, by name or id, to a license type, instead of those mapped before. Everybody's license is decided anew at once.",
    example: 'license mapping set acme developer "Engineering" "Data Platform"',
  });
  set
    .argument('<license-type>', LICENSE_TYPES.join(', '), licenseType)
    .argument('[idp-group...]', 'names or ids of groups, exactly as in the sign-in token')
    .option('--none', 'end the mapping of this type')
    .option('--preview', PREVIEW)
    .option('--preview-token <token>', PREVIEW_TOKEN)
    .action(async (reference: string, type: LicenseType, groups: readonly string[], options: SetOptions) => {
      if ((options.none === true) !== (groups.length === 0)) {
        set.error("error: name the groups, or '--none' to end the mapping", { code: 'rollcall.usage' });
      }
      await change(reference, type, groups, options);
    });
  addVerb(mapping, 'list <account>', {
    does: 'List the mappings in the order of precedence.',
    example: 'license mapping list acme',
  }).action(listAll);
}

async function change(
  reference: string,
  type: LicenseType,
  groups: readonly string[],
  { none: _none, preview, previewToken, ...options }: SetOptions,
): Promise<void> {
  const mappings = { [type]: groups };
  if (preview) {
    await previewMappings(reference, mappings, options);
    return;
  }
  await changeAccount(reference, (trx, actor, account, now) =>
    setLicenseMappings(trx, operatorCaller(actor), account.id, { mappings, previewToken }, now),
  );
  await listAll(reference, options);
}

async function previewMappings(
  reference: string,
  mappings: LicenseMappingChanges,
  options: OutputOptions,
): Promise<void> {
  const { obstacles, licenses, token } = await withAccount(reference, (db, account) =>
    previewLicenseMappings(db, operatorCaller(operator()), account.id, mappings, new Date()),
  );
  printResult(
    options,
    {
      obstacles: obstacles.map(({ reason, message }) => ({ reason, message })),
      licenses: describeLicenses(licenses),
      previewToken: token,
    },
    [
      ...obstacles.map(({ message }) => `It would be refused: ${printable(message)}`),
      ...licenseLines(licenses),
      `Exactly this is done with: --preview-token ${token}`,
    ].join('\n'),
  );
}

async function listAll(reference: string, options: OutputOptions): Promise<void> {
  const mappings = await withAccount(reference, (db, account) => listLicenseMappings(db, account.id));
  const rows = mappings.map(({ licenseType: type, idpGroups }) => [type, idpGroups.join(', ')]);
  printResult(
    options,
    { mappings },
    mappings.length === 0 ? 'The account has no SSO license mapping.' : table(['LICENSE', 'GROUPS'], rows),
  );
}
