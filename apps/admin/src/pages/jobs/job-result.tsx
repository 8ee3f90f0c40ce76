import type { ReactNode } from 'react';
import type { Json } from '../../api/graphql.ts';
import { Lines } from '../../ui/lines.tsx';
import { jobResults, words } from '../../words/jobs.ts';

/** What a job came to, a line each. */
export function JobResult({ result }: { result: Json }): ReactNode {
  const lines = linesOf(result);
  if (lines.length === 0) return words.nothing;
  if (lines.length === 1) return lines[0];
  return (
    <Lines>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </Lines>
  );
}

function linesOf(result: Json): string[] {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return [];
  return Object.entries(result).flatMap(([name, value]) => {
    if (name === 'stopped' && value === true) return [words.stopped];
    if (name === 'differences' && Array.isArray(value))
      return value.filter((text) => typeof text === 'string');
    if (typeof value !== 'number' || value === 0) return [];
    return [jobResults[name]?.(value) ?? `${name}: ${value.toLocaleString('en')}`];
  });
}
