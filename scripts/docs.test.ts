import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const pages = globSync('**/*.md', {
  cwd: root,
  exclude: (path) => /(^|\/)(node_modules|\.git|\.turbo|\.rollcall)$/.test(path),
}).map((path) => join(root, path));

test('every relative link in the pages leads to a file, and to a heading of it where it names one', () => {
  const broken = pages.flatMap((page) =>
    linksIn(page)
      .filter((link) => !leadsSomewhere(page, link))
      .map((link) => `${relative(root, page)}: ${link}`),
  );
  expect(pages.length).toBeGreaterThan(5);
  expect(broken).toEqual([]);
});

test('the page on SCIM names each leniency that the protocol knows, and no other', () => {
  const table = read('packages/scim-protocol/src/reading.ts').split('LENIENCIES = {')[1] ?? '';
  const known = captures(table.split('} as const')[0] ?? '', /^ {2}'([\w-]+)':/gm);
  const section = read('docs/scim.md').split('## Leniencies and strict mode')[1] ?? '';
  const named = captures(section.split('\n## ')[0] ?? '', /^\| `([\w-]+)`/gm);
  expect(named.length).toBeGreaterThan(10);
  expect(named.toSorted()).toEqual(known.toSorted());
});

test('the page on SCIM answers forty complaints, each with a test that exists', () => {
  const section = read('docs/scim.md').split('## Known complaints, and the test for each')[1] ?? '';
  const shown = Array.from(
    (section.split('\n## ')[0] ?? '').matchAll(/^\| \d+ .*\]\(\.\.\/([^)]+)\): “(.+)”/gm),
    ([, file = '', title = '']) => ({ file, title }),
  );
  expect(shown).toHaveLength(40);
  expect(shown.filter(({ file, title }) => !read(file).includes(title))).toEqual([]);
});

test('the map of the protocol names each of its files, and each part imports from itself and those above alone', () => {
  const folder = join(root, 'packages/scim-protocol');
  const parts = readFileSync(join(folder, 'README.md'), 'utf8')
    .split(/\n\*\*\d\. /)
    .map((part) => captures(part, /\]\((src\/[^)]+)\)/g));
  const files = globSync('src/**/*.ts', { cwd: folder }).filter((path) => !path.endsWith('.test.ts'));
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.flat().toSorted()).toEqual(files.toSorted());

  const upward = parts.flatMap((part, index) => {
    const known = new Set(parts.slice(0, index + 1).flat());
    return part.flatMap((file) =>
      captures(readFileSync(join(folder, file), 'utf8'), / from '(\.[^']+)';/g)
        .map((imported) => join(dirname(file), imported))
        .filter((imported) => !known.has(imported))
        .map((imported) => `${file} needs ${imported}`),
    );
  });
  expect(upward).toEqual([]);
});

test('every fixture of Okta and Entra is named by the page on its identity provider or by that on SCIM', () => {
  const unnamed = globSync('{okta,entra}/*.json', {
    cwd: join(root, 'packages/scim-protocol/fixtures'),
  }).filter(
    (fixture) =>
      ![`docs/idp/${dirname(fixture)}.md`, 'docs/scim.md'].some((page) => read(page).includes(fixture)),
  );
  expect(unnamed).toEqual([]);
});

test('every message that the pages on identity providers quote is one that the code can give', () => {
  const sources = globSync('{packages,services}/*/src/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('.test.ts'))
    .map(read)
    .join('\n');
  const quoted = ['docs/idp/okta.md', 'docs/idp/entra.md'].flatMap((page) =>
    read(page)
      .split('\n')
      .filter((line) => /^\| 4\d\d/.test(line))
      .flatMap((line) => captures(line.split('|')[1] ?? '', /"([^"]+)"/g)),
  );
  const unknown = quoted.filter((text) => text.split('…').some((part) => !sources.includes(part.trim())));
  expect(quoted.length).toBeGreaterThan(10);
  expect(unknown).toEqual([]);
});

test('every npm script and every setting that the pages name exists', () => {
  const text = pages.map((page) => readFileSync(page, 'utf8')).join('\n');
  const scripts = captures(text, /npm run ([a-z:-]+)/g);
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.filter((name) => !read('package.json').includes(`"${name}": "`))).toEqual([]);

  const settings = captures(read('docs/architecture.md'), /^\| `([A-Z_]+)`/gm);
  const kit = globSync('{packages/service-kit,services/*,tooling/dev-stack}/src/*.ts', { cwd: root })
    .map(read)
    .join('\n');
  expect(settings.length).toBeGreaterThan(3);
  expect(settings.filter((name) => !kit.includes(name))).toEqual([]);
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** What the pattern's one group holds, at each match. */
function captures(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, captured = '']) => captured);
}

/** Targets of Markdown links that stay inside the repository. */
function linksIn(page: string): string[] {
  const text = readFileSync(page, 'utf8').replaceAll(/```.*?```/gs, '');
  return captures(text, /\]\(([^)\s]+)\)/g).filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const file = path === '' ? page : resolve(dirname(page), path);
  if (!existsSync(file)) return false;
  return heading === undefined || (statSync(file).isFile() && headingsOf(file).includes(heading));
}

/** Headings as GitHub makes anchors of them. */
function headingsOf(file: string): string[] {
  return captures(readFileSync(file, 'utf8'), /^#+ (.+)$/gm).map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
