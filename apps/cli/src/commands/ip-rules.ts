import { basename } from 'node:path';
import { operatorCaller } from '@rollcall/domain/admins/caller';
import { changeIpRules, type IpRulesUpdate } from '@rollcall/domain/ip-rules/change-ip-rules';
import { getIpRules } from '@rollcall/domain/ip-rules/find-ip-rules';
import { IP_LIST_PROVIDERS, type IpListProvider } from '@rollcall/domain/ip-rules/ip-rule';
import type { IpRuleInput, IpRulesChange } from '@rollcall/domain/ip-rules/plan-ip-rules';
import { previewIpRules } from '@rollcall/domain/ip-rules/preview-ip-rules';
import { Argument, type Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { differenceInWords, refusedTokensInWords, rulesInWords } from '../ip-rules-in-words.ts';
import { list } from '../option-values.ts';
import { printResult } from '../output.ts';
import { readFileText } from '../read-file-text.ts';
import { addNoun, addVerb, type OutputOptions, PREVIEW, type PreviewOptions } from '../verb.ts';
import { changeAccount, operator, withAccount } from '../with-database.ts';

interface ChangeOptions extends PreviewOptions {
  refuseTokens?: true;
}

interface SetOptions extends ChangeOptions {
  allow?: readonly string[];
  deny?: readonly string[];
  none?: true;
}

interface ImportOptions extends ChangeOptions {
  file: string;
  publishedOn?: string;
}

export function addIpRuleCommands(program: Command): void {
  const rules = addNoun(program, 'ip-rules', 'Say from which addresses an account may be used');
  addVerb(rules, 'show <account>', {
    does: 'Show the rules by hand and the lists that were imported, with their age; with --json each range of them.',
    example: 'ip-rules show acme',
  }).action(show);
  addSetCommand(rules);
  addChangeVerb(rules, 'import <account>', {
    does: 'Allow the ranges of a published list, in the place of those that were imported before.',
    example: 'ip-rules import acme entra --file ServiceTags_Public_20261123.json',
  })
    .addArgument(providerArgument())
    .requiredOption('--file <path>', 'the file as it is published; - reads standard input')
    .option(
      '--published-on <day>',
      'when, as 2026-11-23 (default: the day in the name of the file, where it has one)',
    )
    .action(importList);
  addChangeVerb(rules, 'remove <account>', {
    does: 'Take back what an imported list allows.',
    example: 'ip-rules remove acme okta',
  })
    .addArgument(providerArgument())
    .action((reference: string, provider: IpListProvider, options: ChangeOptions) =>
      change(reference, { kind: 'remove', provider }, options),
    );
}

function addSetCommand(rules: Command): void {
  const set = addChangeVerb(rules, 'set <account>', {
    does: 'Set the rules by hand, instead of those before; imported lists stay. Any --allow denies all other addresses.',
    example: 'ip-rules set acme --allow "203.0.113.0/24=Office" --allow 2001:db8::/32 --deny 203.0.113.9',
  });
  set
    .option('--allow <range[=note]>', 'let a range in, or an address alone; repeatable', list)
    .option('--deny <range[=note]>', 'keep it out; repeatable', list)
    .option('--none', 'end all rules by hand')
    .action(async (reference: string, options: SetOptions) => {
      const { allow = [], deny = [], none } = options;
      if ((none === true) !== (allow.length + deny.length === 0)) {
        set.error("error: name ranges by '--allow' and '--deny', or '--none' to end the rules", {
          code: 'rollcall.usage',
        });
      }
      const rules = [...allow.map((text) => rule('allow', text)), ...deny.map((text) => rule('deny', text))];
      await change(reference, { kind: 'set', rules }, options);
    });
}

function addChangeVerb(rules: Command, usage: string, help: { does: string; example: string }): Command {
  return addVerb(rules, usage, help)
    .option('--preview', PREVIEW)
    .option(
      '--refuse-tokens',
      'confirm that SCIM tokens are refused from addresses where they were used lately',
    );
}

function providerArgument(): Argument {
  return new Argument('<provider>', 'whose list').choices(IP_LIST_PROVIDERS);
}

function rule(effect: IpRuleInput['effect'], text: string): IpRuleInput {
  const [range = '', ...note] = text.split('=');
  return { range, effect, note: note.join('=') };
}

async function importList(
  reference: string,
  provider: IpListProvider,
  { file, publishedOn = dayInName(file), ...options }: ImportOptions,
): Promise<void> {
  const text = await readFileText(file);
  await change(reference, { kind: 'import', provider, file: text, publishedOn }, options);
}

/** Microsoft names its files by their day. */
function dayInName(file: string): string | undefined {
  const { year, month, day } =
    /_(?<year>20\d\d)(?<month>\d\d)(?<day>\d\d)\.json$/u.exec(basename(file))?.groups ?? {};
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

async function change(reference: string, change: IpRulesChange, options: ChangeOptions): Promise<void> {
  if (options.preview) return preview(reference, change, options);
  const update = await changeAccount(reference, async (trx, actor, { id }, now) => {
    const done = await changeIpRules(trx, operatorCaller(actor), id, { change, from: null }, now);
    if (options.refuseTokens !== true) assertNoTokenRefused(done);
    return done;
  });
  const lines = [...differenceInWords(update, 'is'), '', rulesInWords(update.rules, new Date())];
  printResult(options, update, lines.join('\n'));
}

/** Thrown in the transaction: nothing is changed then. */
function assertNoTokenRefused({ refusedTokens }: IpRulesUpdate): void {
  if (refusedTokens.length === 0) return;
  throw new CommandFailure(
    `${refusedTokensInWords(refusedTokens)}\nNothing was changed. Allow the addresses, or confirm with --refuse-tokens that provisioning stops there.`,
  );
}

async function preview(reference: string, change: IpRulesChange, options: OutputOptions): Promise<void> {
  const found = await withAccount(reference, (db, { id }) =>
    previewIpRules(db, operatorCaller(operator()), id, { change, from: null }, new Date()),
  );
  const { added, removed, refusedTokens } = found;
  const obstacles = found.obstacles.map(({ reason, message }) => ({ reason, message }));
  const lines = [
    ...differenceInWords(found, 'would be'),
    ...obstacles.map(({ message }) => `It cannot be done: ${message}`),
    ...(refusedTokens.length === 0 ? [] : [refusedTokensInWords(refusedTokens)]),
  ];
  printResult(options, { added, removed, obstacles, refusedTokens }, lines.join('\n'));
}

async function show(reference: string, options: OutputOptions): Promise<void> {
  const rules = await withAccount(reference, (db, { id }) => getIpRules(db, operatorCaller(operator()), id));
  printResult(options, rules, rulesInWords(rules, new Date()));
}
