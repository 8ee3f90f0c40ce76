import { accessSync, chmodSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from './start-server.ts';

const ROOM_FOR_TESTS = 1_000_000_000;

/** A server for tests and measurements, in memory where there is room; nothing is left of it once it stops or its starter dies. */
export async function startThrowawayPostgres(log?: (line: string) => void): Promise<PostgresServer> {
  const dataDir = mkdtempSync(join(throwawayRoot(), 'rollcall-throwaway-'));
  chmodSync(dataDir, 0o711);
  return startPostgres({ dataDir, settings: 'throwaway', ...(log !== undefined && { log }) });
}

/** Where files that need not last are written fastest: /dev/shm, which is absent on macOS and 64 MB in many containers, or the temporary folder. */
export function throwawayRoot(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > ROOM_FOR_TESTS ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
}
