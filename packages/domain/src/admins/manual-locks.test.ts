import { describe, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { callerWith, operatorCaller } from './caller.ts';
import {
  assertUnlocked,
  type LockableAction,
  type LockableSubject,
  lockedActions,
  mayBeOverwritten,
} from './manual-locks.ts';

const MANAGED_USER: LockableSubject = { kind: 'user', scimManaged: true };
const UNMANAGED_USER: LockableSubject = { kind: 'user', scimManaged: false };
const MANAGED_GROUP: LockableSubject = { kind: 'group', scimManaged: true };
const UNMANAGED_GROUP: LockableSubject = { kind: 'group', scimManaged: false };
const ACCOUNT: LockableSubject = { kind: 'account' };

const USER_ACTIONS = [
  'user_update',
  'user_deactivate',
  'user_reactivate',
  'user_delete',
  'user_restore',
  'user_license_set',
] as const;
const GROUP_ACTIONS = ['group_rename', 'group_members_change', 'group_delete'] as const;

const OFF = { enabled: false, allowManualUpdates: false, manageLicenses: true };
const LOCKED = { enabled: true, allowManualUpdates: false, manageLicenses: false };
const OPEN = { enabled: true, allowManualUpdates: true, manageLicenses: false };

describe('which actions are locked', () => {
  test.each<[string, typeof OFF, LockableSubject, readonly LockableAction[]]>([
    ['while SCIM is off, nothing of a managed user', OFF, MANAGED_USER, []],
    ['while SCIM is off, nothing of a managed group', OFF, MANAGED_GROUP, []],
    ['while SCIM is off, no creation', OFF, ACCOUNT, []],
    ['with allowManualUpdates off, every edit of a managed user', LOCKED, MANAGED_USER, USER_ACTIONS],
    ["with allowManualUpdates off, a managed group's name and members", LOCKED, MANAGED_GROUP, GROUP_ACTIONS],
    ['with allowManualUpdates off, creations and invitations', LOCKED, ACCOUNT, ['user_create']],
    ['with allowManualUpdates off, nothing of an unmanaged user', LOCKED, UNMANAGED_USER, []],
    ['with allowManualUpdates off, nothing of an unmanaged group', LOCKED, UNMANAGED_GROUP, []],
    ['with allowManualUpdates on, nothing of a managed user', OPEN, MANAGED_USER, []],
    ['with allowManualUpdates on, nothing of a managed group', OPEN, MANAGED_GROUP, []],
    ['with allowManualUpdates on, no creation', OPEN, ACCOUNT, []],
    [
      'with manageLicenses on, the license of a managed user all the same',
      { ...OPEN, manageLicenses: true },
      MANAGED_USER,
      ['user_license_set'],
    ],
    [
      'with manageLicenses on, nothing of an unmanaged user',
      { ...OPEN, manageLicenses: true },
      UNMANAGED_USER,
      [],
    ],
  ])('%s', (_title, scim, subject, expected) => {
    expect(lockedActions(scim, subject).map(({ action }) => action)).toEqual(expected);
  });

  test('each names the setting that would have to change', () => {
    const both = { ...LOCKED, manageLicenses: true };
    expect(lockedActions(both, MANAGED_USER).map(({ action, setting }) => [action, setting])).toEqual([
      ['user_update', 'allowManualUpdates'],
      ['user_deactivate', 'allowManualUpdates'],
      ['user_reactivate', 'allowManualUpdates'],
      ['user_delete', 'allowManualUpdates'],
      ['user_restore', 'allowManualUpdates'],
      ['user_license_set', 'manageLicenses'],
    ]);
  });
});

describe('somebody who tries', () => {
  const administrator = callerWith({ kind: 'administrator', id: newId(), name: 'Ana' }, newId(), [
    'account_admin',
  ]);

  test('is refused what the screens show as locked, with the setting in the message and in the facts', () => {
    expect(() => assertUnlocked(administrator, LOCKED, MANAGED_GROUP, 'group_rename')).toThrow(
      expect.objectContaining({
        reason: 'manual_updates_locked',
        message:
          "SCIM is enabled and allowManualUpdates is off: this group's name and members are changed by the identity provider alone. " +
          'Make the change there, or turn allowManualUpdates on.',
        facts: { action: 'group_rename', setting: 'allowManualUpdates' },
      }),
    );
  });

  test('may do everything else', () => {
    expect(() => assertUnlocked(administrator, LOCKED, UNMANAGED_USER, 'user_delete')).not.toThrow();
  });

  test('as the operator is held by no lock of the account', () => {
    const operator = operatorCaller({ kind: 'operator', name: 'test' });
    expect(() => assertUnlocked(operator, LOCKED, MANAGED_USER, 'user_restore')).not.toThrow();
  });
});

test('a change by hand may be overwritten where the identity provider writes to the person or group', () => {
  const answers = [OFF, LOCKED, OPEN].map((scim) => [
    mayBeOverwritten(scim, { scimManaged: true }),
    mayBeOverwritten(scim, { scimManaged: false }),
  ]);
  expect(answers).toEqual([
    [false, false],
    [true, false],
    [true, false],
  ]);
});
