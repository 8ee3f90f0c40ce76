import { useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useMutation } from 'urql';
import { words } from '../words/common.ts';

/** A typed error of a mutation, as far as every screen shows it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** Of an InvalidInput: which fields of the input cannot be used, and why. */
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
  /** Of a PlanChanged: what is different from what the preview showed. */
  readonly differences?: readonly string[];
}

export interface Change<Payload, Variables> {
  /** Undefined: it was refused, see `refusal`. */
  readonly make: (variables: Variables) => Promise<Payload | undefined>;
  readonly isUnderWay: boolean;
  readonly refusal: Refusal | undefined;
  /** Forgets the refusal, as when the form is closed or corrected. */
  readonly forget: () => void;
}

type PayloadOf<Result> = Exclude<Result, { code: string; message: string } | null | undefined>;

/**
 * A mutation of one field whose result is a union of payload and typed errors. The document asks for
 * `... on UserError { code message }` and, where it has a form, `... on InvalidInput { fields { path message } }`.
 */
export function useChange<Name extends string, Result, Variables extends AnyVariables>(
  mutation: TypedDocumentNode<Record<Name, Result>, Variables>,
  name: Name,
): Change<PayloadOf<Result>, Variables> {
  const [{ fetching }, execute] = useMutation(mutation);
  const [refusal, setRefusal] = useState<Refusal>();
  return {
    async make(variables) {
      setRefusal(undefined);
      const { data, error } = await execute(variables);
      const result = data?.[name];
      if (isPayload<Result>(result)) return result;
      setRefusal(isRefusal(result) ? result : { code: 'FAILED', message: failureText(error) });
      return undefined;
    },
    isUnderWay: fetching,
    refusal,
    forget: () => setRefusal(undefined),
  };
}

function failureText(error: { networkError?: Error; graphQLErrors: readonly Error[] } | undefined): string {
  const [first] = error?.graphQLErrors ?? [];
  return first?.message ?? words.errors.noAnswer;
}

/** What was decided on is no longer so: it has to be looked at again. */
export function isOutdated(refusal: Refusal | undefined): boolean {
  return refusal?.code === 'PLAN_CHANGED' || refusal?.code === 'VERSION_MISMATCH';
}

/** Why a field of the input cannot be used, as `input.name`. */
export function faultOf(refusal: Refusal | undefined, path: string): string | undefined {
  return refusal?.fields?.find((fault) => fault.path === path)?.message;
}

/** Whether a query was refused: previews are in the same way as the changes that they show. */
export function isRefused<Result extends object>(
  result: Result,
): result is Extract<Result, { code: string; message: string }> {
  return isRefusal(result);
}

function isRefusal(result: unknown): result is Refusal {
  return typeof result === 'object' && result !== null && 'code' in result && 'message' in result;
}

function isPayload<Result>(result: unknown): result is PayloadOf<Result> {
  return typeof result === 'object' && result !== null && !isRefusal(result);
}
