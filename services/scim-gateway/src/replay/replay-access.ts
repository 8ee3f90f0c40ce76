import { boundedQuery } from '@rollcall/domain/database/bounded-query';
import type { DryRun } from '@rollcall/domain/database/transaction';
import type { AuditEventInput } from '@rollcall/domain/events/audit-event';
import type { Access } from '../access.ts';
import type { Cursors } from '../cursors.ts';

/** Everything in the one transaction that is rolled back, without shortcuts; alerts are only collected. */
export function replayAccess(run: DryRun, alerts: AuditEventInput[]): Access {
  return {
    db: run.trx,
    search: (search) => run.write(() => boundedQuery({ queries: run.trx }, search)),
    write: (work) => run.write(work),
    async raiseAlert(_actor, _accountId, { kind, target, detail }) {
      alerts.push({ kind, target, detail, alert: true });
    },
  };
}

/** A recorded cursor is read; none is given out that somebody could go on with. */
export function replayCursors(cursors: Cursors): Cursors {
  return {
    open: (cursor, walk) => cursors.open(cursor, walk),
    seal: async () => 'not-given-out-by-a-replay',
  };
}
