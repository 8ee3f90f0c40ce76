import { expect, test } from 'vitest';
import { testProvider } from '../src/test-provider.ts';
import { readRequest, samlProvider } from './saml-provider.ts';

const service = { entityId: 'https://rollcall.example/saml', acsUrl: 'https://rollcall.example/acs' };
const provider = samlProvider('https://idp.example');
const now = new Date('2026-03-01T12:00:00Z');

test('the sign-on page is opened with a request of this service', async () => {
  const opened: string[] = [];
  const { passed, checks } = await testProvider(
    service,
    provider,
    async (url) => {
      opened.push(url);
      return { status: 302 };
    },
    now,
  );
  expect(passed).toBe(true);
  expect(checks.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
    'certificate passed',
    'sign_on passed',
  ]);
  const query = Object.fromEntries(new URL(opened[0] ?? '').searchParams);
  expect(await readRequest(query)).toMatchObject({ issuer: service.entityId });
});

test.for([
  { what: 'an answer that is a fault', open: async () => ({ status: 404 }), says: 'HTTP status 404' },
  {
    what: 'no answer',
    open: () => Promise.reject(new Error('it refuses connections.')),
    says: 'it refuses connections.',
  },
])('$what fails the test and is told', async ({ open, says }) => {
  const { passed, checks } = await testProvider(service, provider, open, now);
  expect(passed).toBe(false);
  expect(checks.at(-1)).toMatchObject({ check: 'sign_on', outcome: 'failed' });
  expect(checks.at(-1)?.text).toContain(says);
});

test.for([
  { when: '2049-12-15T00:00:00Z', says: 'runs out on 2049-12-31' },
  { when: '2050-02-01T00:00:00Z', says: 'ran out on 2049-12-31' },
])(
  'a certificate is told of before and after its end, which keeps nobody out: $says',
  async ({ when, says }) => {
    const { passed, checks } = await testProvider(service, provider, answering, new Date(when));
    expect(passed).toBe(true);
    expect(checks[0]).toMatchObject({ check: 'certificate', outcome: 'warned' });
    expect(checks[0]?.text).toContain(says);
  },
);

async function answering(): Promise<{ status: number }> {
  return { status: 200 };
}
