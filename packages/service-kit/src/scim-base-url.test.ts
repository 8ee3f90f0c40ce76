import { expect, test } from 'vitest';
import { z } from 'zod';
import { readSettings, SettingsError } from './config.ts';
import { publicScimUrl, scimAddressSettings, scimBaseUrl } from './scim-base-url.ts';

const schema = z.object(scimAddressSettings);
const ACCOUNT = '0192f0c4-6f0a-7000-8000-000000000001';

function baseUrl(env: NodeJS.ProcessEnv): string {
  return scimBaseUrl(publicScimUrl(readSettings(schema, env)), ACCOUNT);
}

test('the base URL is ready to paste, whatever the settings', () => {
  expect([
    baseUrl({}),
    baseUrl({ SCIM_PORT: '5001' }),
    baseUrl({ PUBLIC_SCIM_URL: 'https://scim.example.com/', SCIM_PORT: '5001' }),
    baseUrl({ PUBLIC_SCIM_URL: 'https://example.com/rollcall' }),
  ]).toEqual([
    `http://127.0.0.1:4001/scim/v2/${ACCOUNT}`,
    `http://127.0.0.1:5001/scim/v2/${ACCOUNT}`,
    `https://scim.example.com/scim/v2/${ACCOUNT}`,
    `https://example.com/rollcall/scim/v2/${ACCOUNT}`,
  ]);
});

test.each(['scim.example.com', 'ftp://example.com', 'https://example.com/?a=b', 'https://example.com/#top'])(
  'refuses %s as the public URL',
  (url) => {
    expect(() => baseUrl({ PUBLIC_SCIM_URL: url })).toThrowError(SettingsError);
  },
);
