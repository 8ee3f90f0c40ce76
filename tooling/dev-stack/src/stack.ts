import { mkdirSync } from 'node:fs';
import { readAdminApiSettings } from '@rollcall/admin-api/config';
import { readGatewaySettings } from '@rollcall/scim-gateway/config';
import { ensureSecretKey } from '@rollcall/service-kit/secret-key';
import { readWorkerSettings } from '@rollcall/worker/config';
import { readConfig } from './config.ts';
import { startDatabase } from './database.ts';
import { ensureDemoAccounts } from './demo-accounts.ts';
import { internalSocket } from './internal-socket.ts';
import { explainFailure } from './explain-failure.ts';
import { startDemoProvider } from './demo-provider.ts';
import { runStack } from './run-stack.ts';
import { readyScreen } from './screen.ts';
import { startServices } from './services.ts';
import { buildWebClient } from './web-client.ts';

// A reader that has gone (npm start | head) is no reason to stop.
process.stdout.on('error', () => undefined);

process.exitCode = await runStack({
  say,
  explain: (failure) => explainFailure(failure, process.env),
  start: async (stack) => {
    const config = readConfig(process.env);
    mkdirSync(config.dataDir, { recursive: true });
    const [databaseUrl] = await Promise.all([
      startDatabase(config, stack, say),
      buildWebClient(stack.interrupted),
    ]);
    stack.interrupted.throwIfAborted();
    ensureSecretKey(config.dataDir);
    const env = {
      SSO_PROVIDERS: 'insecure',
      SCIM_INTERNAL_ADDRESS: internalSocket(config.dataDir),
      ...config.env,
      DATABASE_URL: databaseUrl,
    };
    const gateway = readGatewaySettings(env);
    const adminApi = readAdminApiSettings(env);
    const worker = readWorkerSettings(env);
    const [provider] = await Promise.all([
      startDemoProvider(
        config,
        { publicAdminUrl: adminApi.publicAdminUrl, outboxFolder: worker.outboxFolder },
        stack,
      ),
      startServices({ gateway, adminApi, worker }, config.dataDir, stack),
    ]);
    const { publicScimUrl } = gateway;
    const { dataDir } = config;
    const accounts = await ensureDemoAccounts({
      databaseUrl,
      dataDir,
      publicScimUrl,
      provider: { ...provider, secretBox: adminApi.secrets },
    });
    say(
      readyScreen({
        accounts,
        publicAdminUrl: adminApi.publicAdminUrl,
        outbox: worker.smtpUrl === undefined ? `${provider.url}/outbox` : undefined,
        dataDir,
      }),
    );
  },
});

function say(line: string): void {
  console.log(line);
}
