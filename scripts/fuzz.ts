import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..');

/** How many times the cases of the test run one round has. */
const FACTOR = 10;

const HELP = `npm run fuzz -- [--minutes N] [--seed S] [--only TEXT]

Runs the properties that fuzz (those whose size comes from \`fuzzing(…)\`) in rounds, each with ${FACTOR} times the cases of the test run and
a seed of its own, until N minutes are over (10 unless given); at least one round. --only takes the files whose path has the text.
A failure ends the run with the smallest failing case and the command that repeats it.`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(1, 2 ** 31 - 1)) },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const minutes = Number(values.minutes);
const firstSeed = Number(values.seed);
if (!(minutes >= 0) || !Number.isInteger(firstSeed) || firstSeed < 1) {
  console.error(`--minutes takes a number and --seed a whole number of 1 or more.\n\n${HELP}`);
  process.exit(2);
}

const files = globSync('{packages,services}/*/{src,test}/**/*.test.ts', { cwd: root })
  .filter((file) => file.includes(values.only) && readFileSync(join(root, file), 'utf8').includes('fuzzing('))
  .toSorted();
if (files.length === 0) {
  console.error(`No file that fuzzes has ${JSON.stringify(values.only)} in its path.`);
  process.exit(2);
}

const end = performance.now() + minutes * 60_000;
let rounds = 0;
do {
  const seed = firstSeed + rounds;
  console.log(`\n▸ round ${rounds + 1}, seed ${seed}, ${files.length} files`);
  const code = await runRound(seed);
  if (code !== 0) {
    const only = values.only === '' ? '' : ` --only ${values.only}`;
    console.error(`✗ failed; again: npm run fuzz -- --minutes 0 --seed ${seed}${only}`);
    process.exit(1);
  }
  rounds += 1;
} while (performance.now() < end);
console.log(`✓ ${rounds} rounds, seeds ${firstSeed} to ${firstSeed + rounds - 1}`);

async function runRound(seed: number): Promise<number> {
  const child = spawn(join(root, 'node_modules/.bin/vitest'), ['run', '--testTimeout=3600000', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FUZZ_SEED: String(seed), FUZZ_FACTOR: String(FACTOR) },
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done(code ?? 1));
  });
}
