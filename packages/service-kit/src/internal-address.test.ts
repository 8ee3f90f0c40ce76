import { expect, test } from 'vitest';
import { SettingsError } from './config.ts';
import { internalEntry } from './internal-address.ts';

const SECRET = 'x'.repeat(32);

test.each([
  ['/run/rollcall/scim.sock', { socketPath: '/run/rollcall/scim.sock' }],
  ['127.0.0.1:4011', { host: '127.0.0.1', port: 4011 }],
  ['localhost:4011', { host: 'localhost', port: 4011 }],
  ['[::1]:4011', { host: '::1', port: 4011 }],
])('%s is an address of this machine, which needs no secret', (text, address) => {
  expect(internalEntry({ SCIM_INTERNAL_ADDRESS: text })).toEqual({ address, secret: undefined });
});

test.each(['0.0.0.0:4011', 'gateway.internal:4011', '[2001:db8::1]:4011', '127.0.0.1.example:4011'])(
  '%s can be reached by others, and is refused without a secret',
  (text) => {
    expect(() => internalEntry({ SCIM_INTERNAL_ADDRESS: text })).toThrow(SettingsError);
    expect(internalEntry({ SCIM_INTERNAL_ADDRESS: text, ROLLCALL_INTERNAL_SECRET: SECRET })?.secret).toBe(
      SECRET,
    );
  },
);

test.each(['4011', 'relative/path.sock', 'host:99999', 'http://127.0.0.1:4011', ':4011', 'a b:1'])(
  '%s is no address',
  (text) => {
    expect(() => internalEntry({ SCIM_INTERNAL_ADDRESS: text })).toThrow(/must be the path of a Unix socket/);
  },
);

test('without an address there is no entry', () => {
  expect(internalEntry({ ROLLCALL_INTERNAL_SECRET: SECRET })).toBeUndefined();
});
