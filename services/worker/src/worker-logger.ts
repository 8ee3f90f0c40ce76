import type { createLogger } from '@rollcall/service-kit/logger';

export type WorkerLogger = ReturnType<typeof createLogger>;
