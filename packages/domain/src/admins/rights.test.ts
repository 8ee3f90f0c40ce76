import { describe, expect, test } from 'vitest';
import { callerWith, assertMayGive, assertRight } from './caller.ts';
import { PERMISSION_SETS, type PermissionSet } from './permission-sets.ts';
import { ALL_RIGHTS, type Right, rightsOf, setsBeyond } from './rights.ts';

// The table of the product's rules, row by row: area, then what each permission set may do there.
const TABLE: readonly (readonly [string, Partial<Record<PermissionSet, string>>])[] = [
  [
    'settings',
    { account_admin: 'read write', security_admin: 'read', billing_admin: 'read', account_viewer: 'read' },
  ],
  [
    'scim_tokens',
    { account_admin: 'read write revoke', security_admin: 'read revoke', account_viewer: 'read' },
  ],
  [
    'service_tokens',
    { account_admin: 'read write revoke', security_admin: 'read write revoke', account_viewer: 'read' },
  ],
  [
    'people',
    {
      account_admin: 'read write',
      security_admin: 'read write',
      billing_admin: 'read',
      account_viewer: 'read',
    },
  ],
  ['permission_sets', { account_admin: 'read write', security_admin: 'read write', account_viewer: 'read' }],
  [
    'licenses',
    {
      account_admin: 'read write',
      security_admin: 'read',
      billing_admin: 'read write',
      account_viewer: 'read',
    },
  ],
  ['ip_rules', { account_admin: 'read write', security_admin: 'read write', account_viewer: 'read' }],
  ['logs', { account_admin: 'read export', security_admin: 'read export', account_viewer: 'read' }],
];

describe.each(PERMISSION_SETS)('%s', (set) => {
  test.each(TABLE)('%s', (area, accessOf) => {
    const expected = (accessOf[set] ?? '').split(' ').filter((access) => access !== '');
    const actual = [...rightsOf([set])].flatMap((right) => {
      const [of, access] = right.split(':');
      return of === area ? [access] : [];
    });
    expect(new Set(actual)).toEqual(new Set(expected));
  });
});

test('several permission sets add up', () => {
  const rights = rightsOf(['billing_admin', 'account_viewer']);
  expect(rights.has('licenses:write')).toBe(true);
  expect(rights.has('logs:read')).toBe(true);
  expect(rights.has('people:write')).toBe(false);
});

function beyond(own: PermissionSet): readonly PermissionSet[] {
  return setsBeyond(rightsOf([own]), PERMISSION_SETS);
}

test('nobody gives a right that they lack', () => {
  expect(beyond('account_admin')).toEqual([]);
  expect(beyond('security_admin')).toEqual(['account_admin', 'billing_admin']);
  expect(beyond('billing_admin')).toEqual(['account_admin', 'security_admin', 'account_viewer']);
  expect(beyond('member')).toEqual(['account_admin', 'security_admin', 'billing_admin', 'account_viewer']);
  const security = callerWith({ kind: 'system', name: 'test' }, null, ['security_admin']);
  expect(() => assertMayGive(security, ['member', 'account_admin'], 'Adding her')).toThrowError(
    'Adding her would give account_admin',
  );
});

test('a refusal names the right and what the caller has', () => {
  const caller = callerWith({ kind: 'service_token', id: 'x', name: 'script' }, null, ['account_viewer']);
  const right: Right = 'people:write';
  expect(() => assertRight(caller, right)).toThrowError(
    'This needs the right to write people, which the service token (account_viewer) lacks.',
  );
  const reading = ALL_RIGHTS.filter((each) => each.endsWith(':read'));
  expect(reading.every((each) => caller.rights.has(each))).toBe(true);
});
