import type { Database } from '@rollcall/domain/database/connection';
import type { AuditEvent } from '@rollcall/domain/events/audit-event';
import { listAuditEvents } from '@rollcall/domain/events/list-audit-events';
import type { LogExport } from '@rollcall/domain/events/record-export';
import { searchLog } from '@rollcall/domain/events/search-log';
import { listProvisioningEvents } from '@rollcall/domain/provisioning-log/list-provisioning-events';
import type { ProvisioningEvent } from '@rollcall/domain/provisioning-log/provisioning-event';
import { InvalidInput } from '../graphql/user-errors.ts';
import { AuditEventFilterInput, auditEventFilterOf } from '../schema/logs/audit-event-list.ts';
import {
  ProvisioningEventFilterInput,
  provisioningEventFilterOf,
} from '../schema/logs/provisioning-event-list.ts';
import { AUDIT_COLUMNS, type Columns, PROVISIONING_COLUMNS } from './columns.ts';
import { inputFromQuery, type Parameters } from './input-from-query.ts';
import { walkLog } from './walk-log.ts';

/** A log that can be taken out of an account. */
export interface ExportedLog<Entry> {
  readonly name: LogExport['log'];
  readonly file: string;
  readonly columns: Columns<Entry>;
  /** What the parameters let through, up to now, in batches. Throws InvalidInput. */
  read(
    db: Database,
    accountId: string,
    parameters: Parameters,
    now: Date,
  ): AsyncGenerator<readonly Entry[], void, void>;
}

export const PROVISIONING_LOG: ExportedLog<ProvisioningEvent> = {
  name: 'provisioning_events',
  file: 'provisioning-events',
  columns: PROVISIONING_COLUMNS,
  read(db, accountId, parameters, now) {
    const { newestFirst, rest } = readOrder(parameters);
    const filter = provisioningEventFilterOf(inputFromQuery(ProvisioningEventFilterInput, rest));
    // A log that grows while it is read would not end.
    const wanted = { ...filter, until: filter.until ?? now };
    return walkLog(accountId, newestFirst, (page) =>
      searchLog(db, (queries) => listProvisioningEvents(queries, accountId, wanted, page)),
    );
  },
};

export const AUDIT_LOG: ExportedLog<AuditEvent> = {
  name: 'audit_events',
  file: 'audit-events',
  columns: AUDIT_COLUMNS,
  read(db, accountId, parameters, now) {
    const { newestFirst, rest } = readOrder(parameters);
    const filter = auditEventFilterOf(inputFromQuery(AuditEventFilterInput, rest));
    const wanted = { ...filter, until: filter.until ?? now };
    return walkLog(accountId, newestFirst, (page) =>
      searchLog(db, (queries) => listAuditEvents(queries, accountId, wanted, page)),
    );
  },
};

/** A file begins at the beginning, unless asked otherwise. */
function readOrder(parameters: Parameters): { newestFirst: boolean; rest: Parameters } {
  const rest = new Map(parameters);
  const given = rest.get('order') ?? ['OLDEST_FIRST'];
  rest.delete('order');
  const [order] = given;
  if (given.length === 1 && (order === 'OLDEST_FIRST' || order === 'NEWEST_FIRST')) {
    return { newestFirst: order === 'NEWEST_FIRST', rest };
  }
  const message = 'order is OLDEST_FIRST or NEWEST_FIRST.';
  throw new InvalidInput(message, [{ path: 'order', message }]);
}
