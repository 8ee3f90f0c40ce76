import { expect, test } from 'vitest';
import { readSettings, settings, SettingsError } from './config.ts';
import { trustedProxiesSetting } from './trusted-proxies.ts';

function read(value: string | undefined): readonly string[] {
  return readSettings(settings({ TRUSTED_PROXIES: trustedProxiesSetting }), { TRUSTED_PROXIES: value })
    .TRUSTED_PROXIES;
}

test('are none unless given', () => {
  expect(read(undefined)).toEqual([]);
  expect(read(' ')).toEqual([]);
});

test('are addresses and ranges of both families', () => {
  expect(read('10.0.0.0/8, 192.0.2.7,2001:db8::/32,::1')).toEqual([
    '10.0.0.0/8',
    '192.0.2.7',
    '2001:db8::/32',
    '::1',
  ]);
});

test.each([
  'loopback',
  'true',
  '1',
  '10.0.0.0/33',
  '2001:db8::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/255.0.0.0',
  '10.0.0.0/8,,',
  'fe80::1%eth0',
  '010.0.0.1',
])('are not %j, as the error says at the start', (value) => {
  expect(() => read(value)).toThrowError(SettingsError);
  expect(() => read(value)).toThrowError('TRUSTED_PROXIES (the proxies');
});

test.each(['0.0.0.0/0', '::/0'])('are not everybody: %s', (value) => {
  expect(() => read(value)).toThrowError(SettingsError);
});
