import { ScimError } from '../src/errors.ts';

/** What a call is refused with, as `status scimType: detail`; anything but a SCIM refusal fails the test. */
export function refusalOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ScimError) return `${error.status} ${error.scimType}: ${error.detail}`;
    throw error;
  }
  return 'not refused';
}
