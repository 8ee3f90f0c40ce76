import { operatorCaller } from '@rollcall/domain/admins/caller';
import { previewSignInGroups, type SignInGroupsChange } from '@rollcall/domain/groups/preview-sign-in-groups';
import type { ScimConfigurationChanges } from '@rollcall/domain/scim-access/plan-scim-configuration';
import { previewScimConfiguration } from '@rollcall/domain/scim-access/preview-scim-configuration';
import type { SettingEffect } from '@rollcall/domain/scim-access/setting-effect';
import { describeLicenses, licenseLines } from '../license-preview-description.ts';
import { printable, printResult } from '../output.ts';
import type { OutputOptions } from '../verb.ts';
import { operator, withAccount } from '../with-database.ts';

const PEOPLE_LOOKED_AT = 1000;

/** What a change of the SCIM configuration would bring about. Changes nothing. */
export async function previewConfiguration(
  reference: string,
  changes: ScimConfigurationChanges,
  options: OutputOptions,
): Promise<void> {
  const { preview, groups } = await withAccount(reference, async (db, { id }) => {
    const shown = await previewScimConfiguration(db, operatorCaller(operator()), id, changes, new Date());
    const isDisabling = shown.before.enabled && !shown.after.enabled;
    const page = { count: PEOPLE_LOOKED_AT };
    return {
      preview: shown,
      groups: isDisabling ? await previewSignInGroups(db, id, { scimEnabled: false }, page) : null,
    };
  });
  const { before, after, changed, obstacles, effects, licenses, licensesAtSignIn, token } = preview;
  const described = {
    before,
    after,
    changed,
    obstacles: obstacles.map(({ reason, message }) => ({ reason, message })),
    effects,
    licenses: describeLicenses(licenses),
    licensesAtSignIn: licensesAtSignIn && describeLicenses(licensesAtSignIn),
    groupsAtSignIn: groups,
    previewToken: token,
  };
  const lines = [
    changed.length === 0 ? 'Everything is so already.' : `Changes: ${changed.join(', ')}`,
    ...obstacles.map(({ message }) => `It would be refused: ${message}`),
    ...effects.flatMap(effectLines),
    ...licenseLines(licenses),
    ...(licensesAtSignIn === null ? [] : ['At their next sign-in:', ...licenseLines(licensesAtSignIn)]),
    ...(groups?.changes ?? []).map(groupsLine),
    ...(groups?.next === undefined ? [] : ['Only the people who came first were looked at for groups.']),
    `Exactly this is done with: --preview-token ${token}`,
  ];
  printResult(options, described, lines.map(printable).join('\n'));
}

function effectLines({ weight, text, examples }: SettingEffect): string[] {
  return [
    `${weight === 'warning' ? 'Warning' : 'Note'}: ${text}`,
    ...examples.map(({ name, note }) => `  ${name}${note === null ? '' : ` (${note})`}`),
  ];
}

function groupsLine({ userName, joins, leaves, keptIn }: SignInGroupsChange): string {
  const parts = [
    ...joins.map(({ displayName }) => `joins ${displayName}`),
    ...leaves.map(({ displayName }) => `leaves ${displayName}`),
    ...(keptIn === null ? [] : [`is kept in ${keptIn.displayName} as the last administrator`]),
  ];
  return `At the next sign-in ${userName} ${parts.join(', ')}`;
}
