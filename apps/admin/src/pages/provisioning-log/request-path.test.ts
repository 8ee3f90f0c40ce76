import { expect, test } from 'vitest';
import { requestPath } from './request-path.ts';

test.each([
  ['/scim/v2/7f0c/Users', '/Users'],
  [
    '/scim/v2/7f0c/Users?filter=userName+eq+%22ana%2Bx%40acme.example%22',
    '/Users?filter=userName eq "ana+x@acme.example"',
  ],
  ['/scim/v2/7f0c/Users/%E0%A4%A', '/Users/%E0%A4%A'],
  ['/scim/v2/7f0c', '/scim/v2/7f0c'],
  ['/elsewhere', '/elsewhere'],
])('%s is shown as %s', (path, shown) => {
  expect(requestPath(path)).toBe(shown);
});
