import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { AuditEventKind } from '../events/audit-event.ts';
import type { JsonObject } from '../json.ts';

/** What happened that administrators should look at. */
export interface Alert {
  kind: AuditEventKind;
  at: Date;
  /** Who did it, or tried to. */
  actor: string;
  /** The person or group that it is about, as they are called now; null for what is neither, or is gone. */
  about: string | null;
  /** The rule that stood in the way, for a refusal. */
  reason: string | null;
}

/** What one mail tells of, the earliest first, and how many more there are. */
export async function readAlerts(
  db: Kysely<DB>,
  accountId: string,
  mailId: string,
  limit: number,
): Promise<{ alerts: readonly Alert[]; more: number }> {
  const { rows } = await sql<AlertRow>`
    select e.kind, e.at, e.actor_kind, e.actor_name, e.detail, count(*) over ()::int as amount,
      coalesce(u.user_name, g.display_name) as about
    from alert_mails m
    join audit_events e on e.account_id = m.account_id and e.id = m.event_id
    left join users u on u.account_id = e.account_id and u.id = e.target_id
    left join groups g on g.account_id = e.account_id and g.id = e.target_id
    where m.account_id = ${accountId} and m.mail_id = ${mailId}
    order by e.id limit ${limit}`.execute(db);
  return { alerts: rows.map(describeAlert), more: Math.max(0, (rows[0]?.amount ?? 0) - rows.length) };
}

interface AlertRow {
  kind: AuditEventKind;
  at: Date;
  actor_kind: string;
  actor_name: string | null;
  detail: JsonObject | null;
  amount: number;
  about: string | null;
}

function describeAlert({ kind, at, actor_kind, actor_name, detail, about }: AlertRow): Alert {
  const reason = detail?.['reason'];
  return {
    kind,
    at,
    actor: actor_name ?? actor_kind.replaceAll('_', ' '),
    about,
    reason: typeof reason === 'string' ? reason : null,
  };
}
