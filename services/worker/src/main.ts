import { createLogger } from '@rollcall/service-kit/logger';
import { runService } from '@rollcall/service-kit/run-service';
import { readWorkerSettings } from './config.ts';
import { startWorker } from './server.ts';

const logger = createLogger({ name: 'worker' });
await runService(async () => startWorker(readWorkerSettings(), logger), { logger, stopWithinMs: 30_000 });
