import { keepCompiledCode } from '@rollcall/service-kit/compile-cache';

keepCompiledCode();
const { createLogger } = await import('@rollcall/service-kit/logger');
const { runService } = await import('@rollcall/service-kit/run-service');
const { readAdminApiSettings } = await import('./config.ts');
const { startAdminApi } = await import('./server.ts');

const logger = createLogger({ name: 'admin-api' });
await runService(() => startAdminApi(readAdminApiSettings(), logger), { logger, stopWithinMs: 30_000 });
