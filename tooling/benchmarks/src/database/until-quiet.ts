import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';

const PAUSE_MS = 10;
const QUIET_CHECKS = 4;

/**
 * Resolves when nobody else has worked on the database for a moment. A load generator that stops leaves requests behind that
 * the server still finishes; the next turn must not pay for them.
 */
export async function untilQuiet(client: Client): Promise<void> {
  for (let quiet = 0; quiet < QUIET_CHECKS;) {
    const { rows } = await client.query<{ busy: boolean }>(
      `select exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and backend_type = 'client backend' and state <> 'idle') as busy`,
    );
    quiet = rows[0]?.busy === true ? 0 : quiet + 1;
    await pause(PAUSE_MS);
  }
}
