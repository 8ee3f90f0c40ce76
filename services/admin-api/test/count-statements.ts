import type { Database } from '@rollcall/domain/database/connection';
import { vi } from 'vitest';

/** How many statements outside transactions the work sends: what reading costs. */
export async function countStatements(db: Database, work: () => Promise<unknown>): Promise<number> {
  const spies = [db, db.queries].map((each) => vi.spyOn(each.getExecutor(), 'executeQuery'));
  try {
    await work();
    return spies.reduce((total, spy) => total + spy.mock.calls.length, 0);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
