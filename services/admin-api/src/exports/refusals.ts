import { isDatabaseUnavailable } from '@rollcall/domain/database/unavailable';
import { DomainError } from '@rollcall/domain/errors';
import type { ErrorAnswer } from '../error-answer.ts';
import { asUserError, Busy, Forbidden, InvalidInput, type UserError } from '../graphql/user-errors.ts';

/** What is told of a refusal; undefined for what nobody expects. */
export function refusalOf(error: unknown): ErrorAnswer | undefined {
  if (isDatabaseUnavailable(error)) {
    return answer(
      503,
      new Busy('The service cannot reach its database at the moment. Try again in a few seconds.'),
    );
  }
  const refusal = error instanceof DomainError ? asUserError(error) : error;
  if (refusal instanceof InvalidInput) return answer(400, refusal);
  if (refusal instanceof Forbidden) return answer(403, refusal);
  return refusal instanceof Busy ? answer(503, refusal) : undefined;
}

function answer(status: number, { code, message }: UserError): ErrorAnswer {
  return { status, code, message };
}
