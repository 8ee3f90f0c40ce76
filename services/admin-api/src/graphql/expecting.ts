import type { VersionCondition } from '@rollcall/domain/version-condition';

/** An input's `expectedVersion`, as a use case takes it. */
export function expecting(version: number | null | undefined): VersionCondition | undefined {
  return version === null || version === undefined ? undefined : { oneOf: [version] };
}
