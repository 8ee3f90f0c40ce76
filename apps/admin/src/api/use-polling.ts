import { useEffect, useEffectEvent } from 'react';
import type { Answer } from './use-answer.ts';

/** Asks again after each answer for as long as it names a time to wait: work is under way, and nobody tells of its end. */
export function usePolling(
  { data, askAgain }: Pick<Answer<unknown>, 'data' | 'askAgain'>,
  afterMs: number | null | undefined,
): void {
  const ask = useEffectEvent(() => askAgain());
  useEffect(() => {
    if (afterMs === null || afterMs === undefined) return undefined;
    const timer = setTimeout(() => ask(), afterMs);
    return () => clearTimeout(timer);
  }, [data, afterMs]);
}
