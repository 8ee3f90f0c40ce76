import type { ScimConfiguration } from '../accounts/account-settings.ts';
import { RefusedError } from '../errors.ts';
import type { Caller } from './caller.ts';

/** What an administrator does by hand and SCIM may have locked. Whatever is not named here is never locked. */
export type LockableAction =
  | 'user_create'
  | 'user_update'
  | 'user_deactivate'
  | 'user_reactivate'
  | 'user_delete'
  | 'user_restore'
  | 'user_license_set'
  | 'group_rename'
  | 'group_members_change'
  | 'group_delete';

/** What the action would be done to; for a person who does not exist yet, the account. */
export type LockableSubject = { kind: 'account' } | { kind: 'user' | 'group'; scimManaged: boolean };

export interface LockedAction {
  action: LockableAction;
  /** For a person to read: which setting locks it, and who can do what about it. */
  reason: string;
  /** Null where a rule locks it that no setting ends. */
  setting: 'allowManualUpdates' | 'manageLicenses' | null;
}

type LockingSettings = Pick<ScimConfiguration, 'enabled' | 'allowManualUpdates' | 'manageLicenses'>;

/**
 * Which actions the account's SCIM configuration locks. Screens ask before anybody tries, use cases when somebody does.
 * While SCIM is off, nothing is locked. Erasing a tombstone, re-sending and revoking an invitation, deciding a license anew
 * by the rules, and granting permission sets to a group never are.
 */
export function lockedActions(scim: LockingSettings, subject: LockableSubject): readonly LockedAction[] {
  if (!scim.enabled || (subject.kind !== 'account' && !subject.scimManaged)) return [];
  return ACTIONS[subject.kind].flatMap((action) => lockOn(scim, subject.kind, action) ?? []);
}

/**
 * Throws RefusedError('manual_updates_locked'), with the setting in its facts. The operator is nobody's administrator: their
 * command is how somebody gets out when the identity provider is gone, so no lock of the account holds them.
 */
export function assertUnlocked(
  caller: Caller,
  scim: LockingSettings,
  subject: LockableSubject,
  action: LockableAction,
): void {
  if (caller.actor.kind === 'operator') return;
  const lock = lockedActions(scim, subject).find((locked) => locked.action === action);
  if (lock === undefined) return;
  throw new RefusedError('manual_updates_locked', lock.reason, { facts: { action, setting: lock.setting } });
}

/** Whether the identity provider's next write may undo what is changed by hand; API and client say so. */
export function mayBeOverwritten(scim: LockingSettings, subject: { scimManaged: boolean }): boolean {
  return scim.enabled && subject.scimManaged;
}

const ACTIONS: Record<LockableSubject['kind'], readonly LockableAction[]> = {
  account: ['user_create'],
  user: [
    'user_update',
    'user_deactivate',
    'user_reactivate',
    'user_delete',
    'user_restore',
    'user_license_set',
  ],
  group: ['group_rename', 'group_members_change', 'group_delete'],
};

const WHAT_IS_LOCKED: Record<LockableSubject['kind'], string> = {
  account: 'people are created and invited by the identity provider alone',
  user: 'this person is changed by the identity provider alone',
  group: "this group's name and members are changed by the identity provider alone",
};

function lockOn(
  scim: LockingSettings,
  kind: LockableSubject['kind'],
  action: LockableAction,
): LockedAction | undefined {
  // Named before the other setting: that one alone would not open it.
  if (action === 'user_license_set' && scim.manageLicenses) {
    return {
      action,
      setting: 'manageLicenses',
      reason:
        'manageLicenses is on: the license of this person comes from the SCIM attribute licenseType alone. ' +
        'Assign it in the identity provider, or turn manageLicenses off.',
    };
  }
  if (scim.allowManualUpdates) return undefined;
  return {
    action,
    setting: 'allowManualUpdates',
    reason:
      `SCIM is enabled and allowManualUpdates is off: ${WHAT_IS_LOCKED[kind]}. ` +
      'Make the change there, or turn allowManualUpdates on.',
  };
}
