import { sql } from 'kysely';
import type { Actor } from '../actor.ts';
import { atCommit, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { EVENT_COLUMNS, sealDetail, versionOf } from './append-audit-event.ts';
import type { AuditEventInput } from './audit-event.ts';

/** Records several changes that one transaction makes, in one statement. */
export function appendAuditEvents(
  trx: Trx,
  actor: Actor,
  accountId: string,
  now: Date,
  events: readonly AuditEventInput[],
): void {
  const request = 'request' in actor ? actor.request : undefined;
  atCommit(
    trx,
    sql`
      insert into audit_events (${EVENT_COLUMNS})
      select ${accountId}, e.id, ${now}, e.kind, e.alert, ${actor.kind}, ${'id' in actor ? actor.id : null}::uuid,
        ${actor.name}, e.target_kind, e.target_id, e.target_version, ${request?.id ?? null}::uuid, ${request?.method ?? null},
        ${request?.path ?? null}, e.detail, decode(e.salt, 'hex'), decode(e.digest, 'hex')
      from jsonb_to_recordset(${`[${events.map(rowOf).join(',')}]`}::jsonb) as e (id uuid, kind text, alert boolean,
        target_kind text, target_id uuid, target_version integer, detail jsonb, salt text, digest text)`.compile(
      trx,
    ),
  );
}

function rowOf(event: AuditEventInput): string {
  const { kind, alert, target, detail } = event;
  const { text, salt, digest } = sealDetail(detail);
  const row = JSON.stringify({
    id: newId(),
    kind,
    alert: alert ?? false,
    target_kind: target.kind,
    target_id: 'id' in target ? (target.id ?? null) : null,
    target_version: versionOf(event),
    salt: salt.toString('hex'),
    digest: digest.toString('hex'),
  });
  return `${row.slice(0, -1)},"detail":${text}}`;
}
