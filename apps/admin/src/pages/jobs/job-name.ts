import { jobKinds, tasks } from '../../words/jobs.ts';

const NAMES: Readonly<Record<string, string>> = { ...tasks, ...jobKinds };

/** What a worker does, in words; what this client does not know yet is called as the API names it. */
export function nameOfJob(kind: string): string {
  return NAMES[kind] ?? kind;
}
