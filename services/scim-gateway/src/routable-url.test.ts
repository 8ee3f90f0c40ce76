import fc from 'fast-check';
import { expect, test } from 'vitest';
import { routableUrl } from './routable-url.ts';

test.each([
  ['/scim/v2/a/Users?filter=%zz', '/scim/v2/a/Users?filter=%zz'],
  ['/scim/v2/a/Users/%C3%BC', '/scim/v2/a/Users/%C3%BC'],
  ['/scim/v2/a/Users/%zz?x=%', '/scim/v2/a/Users/%25zz?x=%'],
  ['/scim/v2/a/Users/%', '/scim/v2/a/Users/%25'],
])('%s is routed as %s', (url, expected) => {
  expect(routableUrl(url)).toBe(expected);
});

test('whatever the URL, the path that is routed can be decoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('%', 'c', '3', 'b', 'z', '/', '?', 'x') }), (text) => {
      const [path = ''] = routableUrl(`/${text}`).split('?');
      expect(() => decodeURIComponent(path)).not.toThrow();
    }),
    { numRuns: 500, seed: 11 },
  );
});
