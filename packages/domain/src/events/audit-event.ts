import type { Actor, RequestOrigin } from '../actor.ts';
import type { JsonObject } from '../json.ts';

/** `noun.past_tense`, one for each kind of change or noteworthy attempt. */
export const AUDIT_EVENT_KINDS = [
  'account.created',
  'account.domain_added',
  'account.domain_verified',
  'account.domain_removed',
  'account.seats_changed',
  'account.retention_changed',
  'scim_configuration.changed',
  'custom_schema.defined',
  'custom_schema.changed',
  'custom_schema.removed',
  'custom_schema.values_deleted',
  'scim_token.created',
  'scim_token.expiry_changed',
  'scim_token.revoked',
  'service_token.created',
  'service_token.revoked',
  'license_mapping.changed',
  'ip_rules.changed',
  'ip_rules.list_imported',
  'ip_rules.list_removed',
  'log.exported',
  'user.created',
  'user.linked',
  'user.changed',
  'user.deactivated',
  'user.reactivated',
  'user.deleted',
  'user.revived',
  'user.restored',
  'user.erased',
  'user.joined_default_groups',
  'user.license_changed',
  'user.activated',
  'attempt.refused',
  'user.change_refused',
  'invitation.resent',
  'invitation.revoked',
  'invitation.expired',
  'invitation.accepted',
  'invitation.acceptance_refused',
  'email_change.resent',
  'email_change.confirmed',
  'sso_provider.changed',
  'sso_provider.removed',
  'sso_provider.tested',
  'sign_in.succeeded',
  'sign_in.refused',
  'sign_in.forgotten',
  'sign_in_link.created',
  'sign_in_link.used',
  'session.ended',
  'default_group_cleanup.started',
  'default_group_cleanup.cancelled',
  'default_group_cleanup.applied',
  'default_group_cleanup.undo_started',
  'default_group_cleanup.undone',
  'dead_letter.retried',
  'dead_letter.discarded',
  'group.created',
  'group.linked',
  'group.changed',
  'group.members_changed',
  'group.deleted',
  'group.restored',
  'group.permission_set_granted',
  'group.permission_set_revoked',
  'group.mapping_changed',
  'group.change_refused',
] as const;

export type AuditEventKind = (typeof AUDIT_EVENT_KINDS)[number];

export const AUDIT_TARGET_KINDS = [
  'account',
  'user',
  'group',
  'default_group_cleanup',
  'scim_token',
  'service_token',
  'license_mapping',
  'scim_configuration',
  'custom_schema',
  'ip_rules',
  'sso_provider',
  'session',
  'dead_letter',
] as const;

export type AuditTarget =
  | { kind: 'account' }
  | {
      kind: Exclude<(typeof AUDIT_TARGET_KINDS)[number], 'account'>;
      id?: string;
      /** That the change gave it: tells the order of the changes of one user or group. */
      version?: number;
    };

export interface AuditEventInput {
  kind: AuditEventKind;
  target: AuditTarget;
  /** What changed, before and after. Holds personal data, so it can be blanked; never secrets. */
  detail: JsonObject;
  /** An administrator should look at it. */
  alert?: boolean;
}

/** What is told of a refused attempt. */
export interface RefusalAlert extends AuditEventInput {
  /** Whose sessions end although the change was refused. */
  endsSessionsOf?: string;
}

/** One change, or noteworthy attempt, as it is kept. */
export interface AuditEvent {
  accountId: string;
  id: string;
  at: Date;
  /** How many equal attempts it stands for, and when the last of them was; null for a single one. */
  occurrences: number;
  lastAt: Date | null;
  kind: AuditEventKind;
  alert: boolean;
  /** Nameless when the person was erased; only the operator and the system have no id. */
  actor: { kind: Actor['kind']; id: string | null; name: string | null };
  target: { kind: AuditTarget['kind']; id: string | null; version: number | null };
  /** The request that brought it; of a SCIM request, the id is also that of its provisioning event. */
  request: RequestOrigin | null;
  /** Null when it was blanked, since it told of a person who was erased. */
  detail: JsonObject | null;
}
