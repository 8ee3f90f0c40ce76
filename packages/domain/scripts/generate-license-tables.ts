import { readFileSync, writeFileSync } from 'node:fs';
import { decideLicense } from '../src/licenses/decide-license.ts';
import {
  decisionTable,
  mappingQuestion,
  mappingTable,
  nothingKnown,
  rulesTable,
  workedExamples,
} from '../src/licenses/decision-table-testing.ts';

/**
 * Writes the tables of docs/licenses.md out of the table that the tests of the decision go through; with --check it compares
 * instead and exits with 1 when the page is stale.
 */
const page = new URL('../../../docs/licenses.md', import.meta.url);
const committed = readFileSync(page, 'utf8');
const fresh = [
  ['rules', rules()],
  ['mapping', mappings()],
  ['decisions', decisions()],
  ['examples', examples()],
].reduce((text, [name = '', content = '']) => withPart(text, name, content), committed);

if (!process.argv.includes('--check')) {
  writeFileSync(page, fresh);
} else if (committed !== fresh) {
  console.error('docs/licenses.md is stale: run `npm run generate` and commit the result.');
  process.exitCode = 1;
}

/** What stands between the two marks of a part is generated. */
function withPart(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/licenses.md has no part "${name}".`);
  return `${before}${begin}\n\n${content}\n\n${end}${after}`;
}

/** Where nothing is known of somebody, every rule is gone through. */
function rules(): string {
  return table(
    ['whose license', 'rules, in this order'],
    rulesTable.map(({ whose, question }) => {
      const { steps } = decideLicense({ ...nothingKnown, ...question });
      return [whose, steps.map(({ rule }) => `\`${rule}\``).join(', ')];
    }),
  );
}

function mappings(): string {
  return table(
    ['in a group mapped to developer', 'in a group mapped to read_only', 'gives', 'why'],
    mappingTable.map((row) => [
      yesOrNo(row.mappedToDeveloper),
      yesOrNo(row.mappedToReadOnly),
      `\`${row.gives}\``,
      decideLicense(mappingQuestion(row)).steps.at(-1)?.reason ?? '',
    ]),
  );
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function decisions(): string {
  return decisionTable
    .map(({ title, question: common, rows }) => {
      const lines = rows.map(({ situation, question }) => {
        const { licenseType, source, steps } = decideLicense({ ...nothingKnown, ...common, ...question });
        return [situation, `\`${licenseType}\``, `\`${source}\``, `\`${steps.at(-1)?.rule}\``];
      });
      return `**${title}**\n\n${table(['situation', 'license', 'source', 'decided by'], lines)}`;
    })
    .join('\n\n');
}

function examples(): string {
  return workedExamples
    .map(({ story, question }) => {
      const { licenseType, source, steps } = decideLicense(question);
      const told = steps.map(({ rule, outcome, reason }, index) => {
        return `${index + 1}. \`${rule}\` ${outcome}: ${reason}`;
      });
      return `${story} So the license is \`${licenseType}\`, source \`${source}\`:\n\n${told.join('\n')}`;
    })
    .join('\n\n');
}

/** As the formatter writes tables: every column as wide as its widest cell. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(heads), rule, ...rows.map(line)].join('\n');
}
