import { expect, test } from 'vitest';
import { type Health, healthOf, percentText, totals } from './health.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const hour = (accepted: number, refused = 0, failed = 0) => ({
  hour: minutesAgo(60),
  accepted,
  refused,
  failed,
});
const working = {
  isEnabled: true,
  providerKind: 'OKTA',
  lastAt: minutesAgo(1),
  hours: [hour(3), hour(0)],
  now: NOW,
};

test.each<[Health, Partial<Parameters<typeof healthOf>[0]>]>([
  ['well', {}],
  ['off', { isEnabled: false }],
  ['waiting', { lastAt: undefined, hours: [] }],
  ['quiet', { hours: [hour(0)], lastAt: minutesAgo(3_000) }],
  ['troubled', { hours: [hour(3), hour(0, 1)] }],
  ['troubled', { hours: [hour(0, 0, 1)] }],
  ['silent', { providerKind: 'ENTRA', lastAt: minutesAgo(41) }],
  ['well', { providerKind: 'ENTRA', lastAt: minutesAgo(39) }],
  ['well', { providerKind: 'OKTA', lastAt: minutesAgo(600) }],
  ['off', { isEnabled: false, providerKind: 'ENTRA', lastAt: minutesAgo(600) }],
])('is %s', (health, facts) => {
  expect(healthOf({ ...working, ...facts })).toBe(health);
});

test('everything counts as a request, and what did not go through as bad', () => {
  expect(totals([hour(5, 2, 1), hour(1)])).toEqual({ all: 9, bad: 3 });
});

test.each([
  [1, 4, '25 %'],
  [1, 3, '33 %'],
  [3, 1_000, '0.3 %'],
  [995, 1_000, '99.5 %'],
  [1, 100_000, '< 0.1 %'],
  [0, 5, '0 %'],
  [5, 5, '100 %'],
])('%i of %i is %s', (part, whole, text) => {
  expect(percentText(part, whole)).toBe(text);
});
