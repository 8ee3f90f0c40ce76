import type { Database } from '@rollcall/domain/database/connection';
import type { ProvisioningLog } from '@rollcall/domain/provisioning-log/provisioning-log';
import type { ScimTokenCache } from '@rollcall/domain/scim-access/authenticate';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { directAccess } from './access.ts';
import { authenticate } from './authenticate.ts';
import { openCursors } from './cursors.ts';
import type { Limits } from './limits.ts';
import { recordRequest } from './record-request.ts';
import { serveHealth } from './routes/health.ts';
import { buildScimApp } from './scim-app.ts';

export interface Gateway {
  readonly db: Database;
  readonly tokens: ScimTokenCache;
  readonly log: ProvisioningLog;
  readonly logger: FastifyBaseLogger;
  /** Where identity providers reach this server, without a slash at the end. */
  readonly publicScimUrl: string;
  readonly limits: Limits;
  /** Whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
}

/** The SCIM server, not listening yet. It closes none of its parts. */
export function buildServer(gateway: Gateway): FastifyInstance {
  const { db, tokens, log, logger, publicScimUrl, limits, trustedProxies } = gateway;
  const access = directAccess(db, logger);
  const app = buildScimApp({
    logger,
    limits,
    trustedProxies,
    cursors: openCursors(db),
    begin: (request) => authenticate(request, tokens, { publicScimUrl, access }),
    end: (request, reply) => recordRequest(log, request, reply),
  });
  serveHealth(app, db);
  return app;
}
