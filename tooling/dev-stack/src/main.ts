import { readConfig } from './config.ts';
import { startDatabase } from './database.ts';
import { runStack } from './run-stack.ts';

// A reader that has gone (npm start | head) is no reason to stop.
process.stdout.on('error', () => undefined);

process.exitCode = await runStack({
  say,
  explain: (failure) => (failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)),
  start: async (stack) => {
    await startDatabase(readConfig(process.env), stack, say);
    say('Rollcall is ready.');
  },
});

function say(line: string): void {
  console.log(line);
}
