import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { readGatewaySettings } from '@rollcall/scim-gateway/config';
import { startGateway } from '@rollcall/scim-gateway/server';
import { createLogger } from '@rollcall/service-kit/logger';
import type { StackConfig } from './config.ts';
import type { StackStart } from './run-stack.ts';

export type StackGateway = { readonly publicScimUrl: string; readonly logFile: string };

/** Starts the SCIM gateway on the stack's database; its log goes to a file, for the screen belongs to the developer. */
export async function startStackGateway(
  { dataDir, env }: StackConfig,
  databaseUrl: string,
  { resources }: StackStart,
): Promise<StackGateway> {
  const settings = readGatewaySettings({ ...env, DATABASE_URL: databaseUrl });
  const logFile = join(dataDir, 'scim-gateway.log');
  const destination = createWriteStream(logFile, { flags: 'w', mode: 0o600 });
  resources.use(await startGateway(settings, createLogger({ name: 'scim-gateway', destination })));
  return { publicScimUrl: settings.publicScimUrl, logFile };
}
