import { operatorCaller } from '@rollcall/domain/admins/caller';
import { inTransaction } from '@rollcall/domain/database/transaction';
import type { AccountDomain, CheckOutcome } from '@rollcall/domain/domains/account-domain';
import { activateInvitedIn } from '@rollcall/domain/domains/activate-invited';
import {
  addDomain,
  getChallenge,
  listDomains,
  recordDomainCheck,
  removeDomain,
} from '@rollcall/domain/domains/manage-domains';
import {
  type DomainEffect,
  previewRemoveDomain,
  previewVerifyDomain,
} from '@rollcall/domain/domains/preview-domain';
import { txtLookup } from '@rollcall/domain/domains/txt-records';
import type { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { configuredDnsServers } from '../config.ts';
import { describeLicenses, licenseLines } from '../license-preview-description.ts';
import { dateOrNothing, facts, printable, printResult, table } from '../output.ts';
import { describeUser } from '../user-description.ts';
import { addNoun, addVerb, type OutputOptions, PREVIEW, type PreviewOptions } from '../verb.ts';
import { changeAccount, operator, withAccount } from '../with-database.ts';

export function addDomainCommands(program: Command): void {
  const domain = addNoun(program, 'domain', 'E-mail domains whose addresses an account vouches for');
  addVerb(domain, 'add <account> <domain>', {
    does: 'Name a domain, and show the TXT record that proves it. "account set --verified-domain" asks for no proof.',
    example: 'domain add acme acme.example',
  }).action(add);
  addVerb(domain, 'check <account> <domain>', {
    does: 'Look for the TXT record now; the domain is verified when it is there.',
    example: 'domain check acme acme.example',
  }).action(check);
  addVerb(domain, 'list <account>', {
    does: 'List the domains with their records, and what the last look for them found.',
    example: 'domain list acme',
  }).action(list);
  addVerb(domain, 'activate <account> <domain>', {
    does: 'Activate people who were invited before the domain was verified, the oldest first, at most 500 at a time.',
    example: 'domain activate acme acme.example --preview',
  })
    .option('--preview', PREVIEW)
    .action(activate);
  addVerb(domain, 'remove <account> <domain>', {
    does: 'Take a domain from the account. Who is there stays; newcomers are invited.',
    example: 'domain remove acme acme.example --preview',
  })
    .option('--preview', PREVIEW)
    .action(remove);
}

async function add(reference: string, name: string, options: OutputOptions): Promise<void> {
  const domain = await changeAccount(reference, (trx, actor, { id }, now) =>
    addDomain(trx, operatorCaller(actor), id, name, now),
  );
  printResult(options, { domain }, domainFacts(domain));
}

async function check(reference: string, name: string, options: OutputOptions): Promise<void> {
  const lookUp = txtLookup(configuredDnsServers());
  await withAccount(reference, async (db, { id }) => {
    const challenge = await getChallenge(db, id, name);
    const answer = await lookUp(challenge.name);
    const domain = await inTransaction(db, (trx) =>
      recordDomainCheck(trx, operatorCaller(operator()), id, name, answer, new Date()),
    );
    printResult(options, { domain }, domainFacts(domain));
    if (domain.state !== 'verified') {
      throw new CommandFailure(
        `${domain.domain} is not verified: ${FOUND[domain.lastCheck?.outcome ?? 'missing']}.`,
      );
    }
  });
}

async function list(reference: string, options: OutputOptions): Promise<void> {
  const domains = await withAccount(reference, (db, { id }) => listDomains(db, id));
  const rows = domains.map(({ domain, state, challenge, lastCheck }) => [
    domain,
    state,
    challenge === null ? 'vouched for by an operator' : `${challenge.name} TXT "${challenge.value}"`,
    lastCheck === null ? '–' : `${lastCheck.at.toISOString()} ${FOUND[lastCheck.outcome]}`,
  ]);
  printResult(
    options,
    { domains },
    domains.length === 0
      ? 'The account has no domains. "rollcall domain add" names one.'
      : table(['DOMAIN', 'STATE', 'PROOF', 'LAST CHECK'], rows),
  );
}

async function activate(
  reference: string,
  name: string,
  { preview, ...options }: PreviewOptions,
): Promise<void> {
  if (preview) {
    const { effects, invited, activation } = await withAccount(reference, (db, { id }) =>
      previewVerifyDomain(db, operatorCaller(operator()), id, name, new Date()),
    );
    printResult(
      options,
      { effects, invited, activation: describeLicenses(activation) },
      [...effects.map(effectLine), ...licenseLines(activation)].join('\n'),
    );
    return;
  }
  const { activated, withoutSeat, remaining } = await changeAccount(reference, (trx, actor, { id }, now) =>
    activateInvitedIn(trx, operatorCaller(actor), id, { domain: name }, now),
  );
  printResult(
    options,
    { activated: activated.map(describeUser), withoutSeat, remaining },
    facts([
      ['Activated', String(activated.length)],
      ['Without a free seat', String(withoutSeat)],
      ['Still invited', String(remaining)],
    ]),
  );
}

async function remove(
  reference: string,
  name: string,
  { preview, ...options }: PreviewOptions,
): Promise<void> {
  if (preview) {
    const effects = await withAccount(reference, (db, { id }) =>
      previewRemoveDomain(db, operatorCaller(operator()), id, name),
    );
    const text = effects.map(effectLine).join('\n');
    printResult(options, { effects }, text === '' ? 'It vouches for nobody: nothing would change.' : text);
    return;
  }
  const { domain } = await changeAccount(reference, (trx, actor, { id }, now) =>
    removeDomain(trx, operatorCaller(actor), id, name, now),
  );
  printResult(options, { removed: domain }, `The account no longer has the domain ${domain}.`);
}

const FOUND: Record<CheckOutcome, string> = {
  found: 'the record was found',
  missing: 'there is no such TXT record',
  other_value: 'the TXT record has another text',
  unreachable: 'no name server answers for it',
};

function domainFacts({ domain, state, verifiedAt, challenge, lastCheck }: AccountDomain): string {
  return facts([
    ['Domain', domain],
    ['State', state === 'verified' ? `verified ${dateOrNothing(verifiedAt)}` : state],
    ...(challenge === null
      ? [['Proof', 'an operator vouched for it'] as const]
      : [['TXT record', challenge.name] as const, ['Its text', challenge.value] as const]),
    ...(lastCheck === null
      ? []
      : [['Last check', `${lastCheck.at.toISOString()}: ${FOUND[lastCheck.outcome]}`] as const]),
  ]);
}

function effectLine({ text }: DomainEffect): string {
  return printable(text);
}
