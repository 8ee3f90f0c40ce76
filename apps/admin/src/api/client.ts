import { cacheExchange, Client, fetchExchange, mapExchange } from '@urql/core';
import { signInPath } from '../paths.ts';

const UNAUTHENTICATED = 401;

/** Speaks with the admin API of this page's own origin, as whoever is signed in. */
export function openClient(): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: { credentials: 'same-origin', headers: { 'x-rollcall-csrf': '1' } },
    requestPolicy: 'cache-and-network',
    exchanges: [
      cacheExchange,
      mapExchange({
        onResult: (result) => {
          if (isSignedOut(result.error?.response)) goToSignIn();
        },
      }),
      fetchExchange,
    ],
  });
}

/** The session has ended: the way back leads to the same page. */
export function goToSignIn(): void {
  const { pathname, search } = window.location;
  window.location.assign(signInPath(`${pathname}${search}`));
}

function isSignedOut(response: unknown): boolean {
  return response instanceof Response && response.status === UNAUTHENTICATED;
}
