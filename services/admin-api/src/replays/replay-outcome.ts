import { AUDIT_TARGET_KINDS, type AuditEvent } from '@rollcall/domain/events/audit-event';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@rollcall/domain/json';

/** A change that a request would make, or an alert that it would raise. */
export interface ReplayedEvent {
  readonly kind: string;
  readonly alert: boolean;
  readonly target: AuditEvent['target'];
  readonly detail: JsonObject | null;
}

/** What a recorded request would come to now. */
export interface ReplayOutcome {
  readonly status: number;
  readonly scimType: string | null;
  readonly errorDetail: string | null;
  readonly version: string | null;
  readonly location: string | null;
  readonly body: JsonValue;
  readonly isBodyCut: boolean;
  readonly leniencies: readonly { code: string; text: string }[];
  readonly changes: readonly ReplayedEvent[];
  readonly hasMoreChanges: boolean;
  readonly alerts: readonly ReplayedEvent[];
  readonly isTokenInForce: boolean;
}

/** Reads the gateway's answer; undefined for what it never says. */
export function readReplayOutcome(answer: JsonValue): ReplayOutcome | undefined {
  if (!isJsonObject(answer) || typeof answer['status'] !== 'number') return undefined;
  return {
    status: answer['status'],
    scimType: textOrNull(answer['scimType']),
    errorDetail: textOrNull(answer['errorDetail']),
    version: textOrNull(answer['version']),
    location: textOrNull(answer['location']),
    body: answer['body'] ?? null,
    isBodyCut: answer['isBodyCut'] === true,
    leniencies: objectsIn(answer['leniencies']).map(({ code, text }) => ({
      code: textOrNull(code) ?? '',
      text: textOrNull(text) ?? '',
    })),
    changes: objectsIn(answer['changes']).flatMap(readEvent),
    hasMoreChanges: answer['hasMoreChanges'] === true,
    alerts: objectsIn(answer['alerts']).flatMap(readEvent),
    isTokenInForce: answer['isTokenInForce'] === true,
  };
}

function readEvent({ kind, alert, target, detail }: JsonObject): ReplayedEvent[] {
  if (typeof kind !== 'string' || !isJsonObject(target)) return [];
  const targetKind = AUDIT_TARGET_KINDS.find((known) => known === target['kind']);
  if (targetKind === undefined) return [];
  const version = typeof target['version'] === 'number' ? target['version'] : null;
  return [
    {
      kind,
      alert: alert === true,
      target: { kind: targetKind, id: textOrNull(target['id']), version },
      detail: isJsonObject(detail) ? detail : null,
    },
  ];
}

function textOrNull(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}
