import { readAccountSettings } from '@rollcall/domain/accounts/account-settings';
import { setSeatLimit } from '@rollcall/domain/accounts/set-seats';
import { verifyDomain } from '@rollcall/domain/accounts/verify-domain';
import type { LicenseType } from '@rollcall/domain/licenses/license-type';
import type { Command } from 'commander';
import { licenseType, list, seats, type Seats } from '../option-values.ts';
import { facts, printResult } from '../output.ts';
import { domainsFact, seatsFact } from '../settings-description.ts';
import { addVerb, type OutputOptions } from '../verb.ts';
import { changeAccount } from '../with-database.ts';

interface SetOptions extends OutputOptions {
  verifiedDomain?: readonly string[];
  seats?: readonly Seats[];
  unlimitedSeats?: LicenseType;
}

export function addAccountSetCommand(account: Command): void {
  const command = addVerb(account, 'set <account>', {
    does: 'Verify e-mail domains and limit licenses; what is not named stays as it is.',
    example: 'account set acme --verified-domain acme.example --seats analyst=20',
  });
  command
    .option('--verified-domain <domain>', 'an e-mail domain that counts as verified; repeatable', list)
    .option('--seats <type=number>', 'limit a license type; repeatable', seats)
    .option('--unlimited-seats <type>', 'lift the limit of a license type', licenseType)
    .action(async (reference: string, { json, ...changes }: SetOptions) => {
      if (Object.keys(changes).length === 0) {
        command.error('error: name at least one thing to change', { code: 'rollcall.usage' });
      }
      await set(reference, changes, json === undefined ? {} : { json });
    });
}

async function set(
  reference: string,
  changes: Omit<SetOptions, 'json'>,
  options: OutputOptions,
): Promise<void> {
  const settings = await changeAccount(reference, async (trx, actor, { id }, now) => {
    for (const domain of changes.verifiedDomain ?? []) await verifyDomain(trx, actor, id, domain, now);
    for (const { licenseType: type, limit } of changes.seats ?? []) {
      await setSeatLimit(trx, actor, id, type, limit, now);
    }
    if (changes.unlimitedSeats !== undefined) {
      await setSeatLimit(trx, actor, id, changes.unlimitedSeats, null, now);
    }
    return readAccountSettings(trx, id);
  });
  const { verifiedDomains, seatLimits } = settings;
  printResult(
    options,
    { verifiedDomains, seatLimits },
    facts([domainsFact(verifiedDomains), seatsFact(seatLimits)]),
  );
}
