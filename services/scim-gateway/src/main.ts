import { keepCompiledCode } from '@rollcall/service-kit/compile-cache';

keepCompiledCode();
const { createLogger } = await import('@rollcall/service-kit/logger');
const { runService } = await import('@rollcall/service-kit/run-service');
const { readGatewaySettings } = await import('./config.ts');
const { startGateway } = await import('./server.ts');

const logger = createLogger({ name: 'scim-gateway' });
await runService(async () => startGateway(readGatewaySettings(), logger), { logger, stopWithinMs: 30_000 });
