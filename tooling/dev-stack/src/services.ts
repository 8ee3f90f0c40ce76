import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { AdminApiSettings } from '@rollcall/admin-api/config';
import { startAdminApi } from '@rollcall/admin-api/server';
import type { GatewaySettings } from '@rollcall/scim-gateway/config';
import { startGateway } from '@rollcall/scim-gateway/server';
import { createLogger } from '@rollcall/service-kit/logger';
import type { WorkerSettings } from '@rollcall/worker/config';
import { startWorker } from '@rollcall/worker/server';
import type { StackStart } from './run-stack.ts';

type Services = {
  readonly gateway: GatewaySettings;
  readonly adminApi: AdminApiSettings;
  readonly worker: WorkerSettings;
};

/** Starts all services of the product at once, each with a log in a file, for the screen belongs to the developer. */
export async function startServices(
  { gateway, adminApi, worker }: Services,
  dataDir: string,
  { resources }: StackStart,
): Promise<void> {
  const log = (name: string): ReturnType<typeof createLogger> =>
    createLogger({
      name,
      destination: createWriteStream(logFile(dataDir, name), { flags: 'w', mode: 0o600 }),
    });
  const starts = [
    startGateway(gateway, log('scim-gateway')),
    startAdminApi(adminApi, log('admin-api')),
    startWorker(worker, log('worker')),
  ].map(async (start) => void resources.use(await start));
  // Where one fails, the others are still to be there to be stopped.
  await Promise.allSettled(starts);
  await Promise.all(starts);
}

export function logFile(dataDir: string, name: string): string {
  return join(dataDir, `${name}.log`);
}
