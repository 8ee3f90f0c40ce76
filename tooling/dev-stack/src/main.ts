import { mkdirSync } from 'node:fs';
import { readConfig } from './config.ts';
import { startDatabase } from './database.ts';
import { ensureDemoAccounts } from './demo-accounts.ts';
import { explainFailure } from './explain-failure.ts';
import { startStackGateway } from './gateway.ts';
import { runStack } from './run-stack.ts';
import { readyScreen } from './screen.ts';

// A reader that has gone (npm start | head) is no reason to stop.
process.stdout.on('error', () => undefined);

process.exitCode = await runStack({
  say,
  explain: explainFailure,
  start: async (stack) => {
    const config = readConfig(process.env);
    mkdirSync(config.dataDir, { recursive: true });
    const databaseUrl = await startDatabase(config, stack, say);
    stack.interrupted.throwIfAborted();
    const { publicScimUrl, logFile } = await startStackGateway(config, databaseUrl, stack);
    const accounts = await ensureDemoAccounts({ databaseUrl, dataDir: config.dataDir, publicScimUrl });
    say(readyScreen({ accounts, gatewayLog: logFile }));
  },
});

function say(line: string): void {
  console.log(line);
}
