import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MEGABYTES = 300;

test('judging statements takes a process no more than a moderate amount of memory, also at its peak', () => {
  const inspect = join(import.meta.dirname, 'inspect-statement.ts');
  const script = `
    import { inspectStatement, loadStatementParser } from ${JSON.stringify(inspect)};
    import { setTimeout as pause } from 'node:timers/promises';
    await loadStatementParser();
    // Long enough for V8 to call the parser hot, with pauses for whatever it then does beside it.
    for (let round = 0; round < 10; round += 1) {
      for (let text = 0; text < 100; text += 1) {
        inspectStatement('select u.id from users u where u.account_id = $1 and u.id = any($2) limit ' + text);
      }
      await pause(20);
    }
    console.log(process.resourceUsage().maxRSS);
  `;
  const kilobytes = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(Number(kilobytes) / 1024).toBeLessThan(MEGABYTES);
});
