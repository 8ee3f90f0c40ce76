import { signInPath, paths } from '../paths.ts';

/** Ends the session here, and goes to where the provider ends it, too. */
export async function signOut(): Promise<void> {
  const response = await fetch('/sign-out', {
    method: 'POST',
    headers: { accept: 'application/json', 'x-rollcall-csrf': '1' },
  });
  const answer: unknown = await response.json();
  window.location.assign(placeIn(answer) ?? signInPath(paths.overview));
}

function placeIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('redirectTo' in answer)) return undefined;
  return typeof answer.redirectTo === 'string' ? answer.redirectTo : undefined;
}
