/** How long a provider waits on 429 when `Retry-After` holds no whole number of seconds; undefined: it gives the request up. */
export interface Throttling {
  readonly unreadableMs: number | undefined;
  readonly attempts: number;
}

/** Okta: five minutes for anything but whole seconds, ten attempts in all. */
export const oktaThrottling: Throttling = { unreadableMs: 300_000, attempts: 10 };

/** Entra: without a usable header the object waits for the next cycle. */
export const entraThrottling: Throttling = { unreadableMs: undefined, attempts: 10 };

/** Each further 429 doubles the wait; undefined when the provider gives up. */
export function pauseAfter429(
  retryAfter: string | null,
  attempt: number,
  throttling: Throttling,
): number | undefined {
  if (attempt >= throttling.attempts) return undefined;
  const asked = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : throttling.unreadableMs;
  return asked === undefined ? undefined : asked * 2 ** (attempt - 1);
}
