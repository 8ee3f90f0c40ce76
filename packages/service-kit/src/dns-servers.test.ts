import { expect, test } from 'vitest';
import { readSettings, settings, SettingsError } from './config.ts';
import { dnsServersSetting } from './dns-servers.ts';

function read(value: string | undefined): readonly string[] {
  return readSettings(settings({ DNS_SERVERS: dnsServersSetting }), { DNS_SERVERS: value }).DNS_SERVERS;
}

test('are those of the machine unless given', () => {
  expect(read(undefined)).toEqual([]);
  expect(read(' ')).toEqual([]);
});

test('are IPv4 and IPv6 addresses, with or without a port', () => {
  expect(read('9.9.9.9, 127.0.0.1:5353,2001:db8::1,[2001:db8::1]:53')).toEqual([
    '9.9.9.9',
    '127.0.0.1:5353',
    '2001:db8::1',
    '[2001:db8::1]:53',
  ]);
});

test.each([
  'dns.example',
  '9.9.9.9:',
  '9.9.9.9:0',
  '9.9.9.9:70000',
  '9.9.9.9,,',
  '[9.9.9.9]:53',
  '300.1.1.1',
])('are not %j, as the error says at the start', (value) => {
  expect(() => read(value)).toThrowError(SettingsError);
  expect(() => read(value)).toThrowError('DNS_SERVERS (the name servers');
});
