import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Plays an identity provider against the stack of a data folder. Rejects unless all is as it should be at the end. */
export function simulate(dataDir: string, ...argv: string[]): Promise<void> {
  const main = resolve(import.meta.dirname, '../../idp-simulator/src/main.ts');
  const simulator = spawn(process.execPath, [main, ...argv], {
    env: { ...process.env, ROLLCALL_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  simulator.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((done, fail) => {
    simulator.once('close', (code) => (code === 0 ? done() : fail(new Error(`${code}: ${out}`))));
  });
}

const PARTS = z.record(
  z.string(),
  z.array(z.object({ id: z.string(), userName: z.string(), state: z.string(), groups: z.array(z.string()) })),
);

export type SimulatedPerson = z.infer<typeof PARTS>[string][number];

/** Whom the simulators have brought into the directory that people of acme-okta sign in with. */
export function simulatedPeople(dataDir: string): SimulatedPerson[] {
  const file = join(dataDir, 'directories/acme-okta.json');
  return Object.values(PARTS.parse(JSON.parse(readFileSync(file, 'utf8')))).flat();
}
