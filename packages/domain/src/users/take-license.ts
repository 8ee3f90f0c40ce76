import type { AccountSettings } from '../accounts/account-settings.ts';
import type { Trx } from '../database/transaction.ts';
import { RefusedError } from '../errors.ts';
import type { AuditEventKind } from '../events/audit-event.ts';
import type { LicenseDecision } from '../licenses/decide-license.ts';
import { moveSeat } from '../licenses/seats.ts';
import { licenseUser } from './license-user.ts';
import type { StoredUser, User } from './user.ts';

/**
 * Decides the license of somebody who accepts an invitation or signs in, and takes its seat: as the last statement before
 * the commit. `current` is who they were, undefined for a newcomer; `attempt` names the event that tells administrators of a
 * refusal, since nobody else can help a person who finds no license. Throws
 * RefusedError('no_free_seat' | 'license_unavailable') with that alert; everything then stays as it was.
 */
export async function takeLicense(
  trx: Trx,
  settings: AccountSettings,
  current: User | undefined,
  next: StoredUser,
  attempt: AuditEventKind,
): Promise<{ user: StoredUser; decision: LicenseDecision | undefined }> {
  const held = current?.state === 'active' ? current.licenseType : null;
  try {
    const licensed = licenseUser(next, settings, current);
    await moveSeat(trx, settings, held, licensed.user.licenseType);
    return licensed;
  } catch (error) {
    throw withAlert(error, attempt, current, next);
  }
}

function withAlert(
  error: unknown,
  kind: AuditEventKind,
  current: User | undefined,
  { userName }: StoredUser,
): unknown {
  if (!(error instanceof RefusedError)) return error;
  const { reason, facts } = error;
  return new RefusedError(reason, error.message, {
    cause: error,
    facts,
    alert: {
      kind,
      target: current === undefined ? { kind: 'account' } : { kind: 'user', id: current.id },
      detail: { reason, userName, ...facts },
      alert: true,
    },
  });
}
