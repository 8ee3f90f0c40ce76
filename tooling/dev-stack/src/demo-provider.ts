import { createWriteStream } from 'node:fs';
import { createLogger } from '@rollcall/service-kit/logger';
import type { StackConfig } from './config.ts';
import { DEMO_DIRECTORIES, type DemoPerson } from './demo-directories.ts';
import type { DirectoryPerson } from './identity-provider/directory.ts';
import { ensureSecrets, type Secrets } from './identity-provider/secrets.ts';
import { startIdentityProvider } from './identity-provider/server.ts';
import type { StackStart } from './run-stack.ts';
import { logFile } from './services.ts';

/** Starts the OpenID provider with the people of the demo directories. */
export async function startDemoProvider(
  { dataDir, idpPort }: StackConfig,
  { publicAdminUrl, outboxFolder }: { readonly publicAdminUrl: string; readonly outboxFolder: string },
  { resources }: StackStart,
): Promise<{ url: string; secrets: Secrets }> {
  const name = 'identity-provider';
  const destination = createWriteStream(logFile(dataDir, name), { flags: 'w', mode: 0o600 });
  const logger = createLogger({ name, destination });
  const secrets = ensureSecrets(dataDir);
  const { url } = resources.use(
    await startIdentityProvider({
      port: idpPort,
      dataDir,
      outboxFolder,
      secrets,
      publicAdminUrl,
      tenants: DEMO_DIRECTORIES.map(({ account, sso, owner, people, strangers }) => ({
        slug: account.slug,
        name: account.name ?? account.slug,
        sso,
        people: [owner, ...people, ...strangers].map(atDirectory),
      })),
      onError: (error) => logger.error({ err: error }, 'request failed'),
    }),
  );
  return { url, secrets };
}

function atDirectory({ id, userName, givenName, familyName, groups }: DemoPerson): DirectoryPerson {
  return { id, userName, email: userName, givenName, familyName, state: 'active', groups };
}
