import { createLogger } from '@rollcall/service-kit/logger';
import { runService } from '@rollcall/service-kit/run-service';
import { readGatewaySettings } from './config.ts';
import { startGateway } from './server.ts';

const logger = createLogger({ name: 'scim-gateway' });
await runService(async () => startGateway(readGatewaySettings(), logger), { logger, stopWithinMs: 30_000 });
