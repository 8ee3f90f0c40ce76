import { createLogger } from '@rollcall/service-kit/logger';
import { runService } from '@rollcall/service-kit/run-service';
import { readAdminApiSettings } from './config.ts';
import { startAdminApi } from './server.ts';

const logger = createLogger({ name: 'admin-api' });
await runService(() => startAdminApi(readAdminApiSettings(), logger), { logger, stopWithinMs: 30_000 });
