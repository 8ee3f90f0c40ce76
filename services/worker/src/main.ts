import { keepCompiledCode } from '@rollcall/service-kit/compile-cache';

keepCompiledCode();
const { createLogger } = await import('@rollcall/service-kit/logger');
const { runService } = await import('@rollcall/service-kit/run-service');
const { readWorkerSettings } = await import('./config.ts');
const { startWorker } = await import('./server.ts');

const logger = createLogger({ name: 'worker' });
await runService(async () => startWorker(readWorkerSettings(), logger), { logger, stopWithinMs: 30_000 });
