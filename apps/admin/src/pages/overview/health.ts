/** The requests of an hour, counted. */
export interface Hour {
  readonly hour: string;
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
}

export type Health = 'off' | 'waiting' | 'silent' | 'quiet' | 'troubled' | 'well';

/** Entra comes once in a cycle, whether anything has changed or not; Okta and others only when something has. */
const ENTRA_CYCLE_MS = 40 * 60 * 1000;

/** How provisioning is doing, the worst first. */
export function healthOf({
  isEnabled,
  providerKind,
  lastAt,
  hours,
  now,
}: {
  isEnabled: boolean;
  providerKind: string | null;
  /** Of the last request; undefined where there was none. */
  lastAt: string | undefined;
  hours: readonly Hour[];
  now: number;
}): Health {
  if (!isEnabled) return 'off';
  if (lastAt === undefined) return 'waiting';
  if (providerKind === 'ENTRA' && now - Date.parse(lastAt) > ENTRA_CYCLE_MS) return 'silent';
  const { all, bad } = totals(hours);
  if (all === 0) return 'quiet';
  return bad > 0 ? 'troubled' : 'well';
}

export function totals(hours: readonly Hour[]): { all: number; bad: number } {
  const bad = hours.reduce((sum, { refused, failed }) => sum + refused + failed, 0);
  return { bad, all: hours.reduce((sum, { accepted }) => sum + accepted, bad) };
}

/** With a decimal place where it would be rounded to nothing, or to everything. */
export function percentText(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  const digits = percent === Math.round(percent) || (percent >= 1 && percent <= 99) ? 0 : 1;
  if (part > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent.toFixed(digits)} %`;
}
