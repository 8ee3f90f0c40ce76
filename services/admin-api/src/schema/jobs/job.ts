import { findJobs, type Job } from '@rollcall/domain/jobs/jobs';
import DataLoader from 'dataloader';
import { builder } from '../../graphql/builder.ts';
import type { AdminContext } from '../../graphql/context.ts';
import { TokenCreatorRef } from '../token-fields.ts';

/** Until whoever watches a job should ask again. */
const POLL_AFTER_MS = 1_000;

export const JobStateEnum = builder.enumType('JobState', {
  description: 'How far a job is.',
  values: {
    QUEUED: { value: 'queued', description: 'A worker will begin it.' },
    RUNNING: {
      value: 'running',
      description: 'A worker is at it. After an interruption it goes on by itself.',
    },
    SUCCEEDED: { value: 'succeeded', description: 'It is done: see `result`.' },
    FAILED: { value: 'failed', description: 'It was given up: see `error`.' },
  } as const,
});

const JobProgressRef = builder.objectRef<Job['progress']>('JobProgress').implement({
  description: 'How much of a job is done.',
  fields: (t) => ({
    done: t.exposeInt('done', { description: 'How many pieces are done.' }),
    total: t.exposeInt('total', {
      nullable: true,
      description: 'How many pieces there are; null while nobody knows.',
    }),
  }),
});

export const JobRef = builder.objectRef<Job>('Job');

builder.node(JobRef, {
  description:
    'Long work of the account. Ask again for it to watch it: its progress is written every few hundred pieces.',
  authScopes: { right: 'people:read' },
  id: { resolve: ({ id }) => id },
  loadMany: async (ids, context) => {
    if (!context.caller.rights.has('people:read')) return ids.map(() => null);
    return loadJobs(ids, context);
  },
  fields: (t) => ({
    kind: t.string({ description: 'What is done: `default-group-cleanup`.', resolve: ({ kind }) => kind }),
    state: t.expose('state', { type: JobStateEnum, description: 'How far it is.' }),
    progress: t.expose('progress', { type: JobProgressRef, description: 'How much of it is done.' }),
    startedBy: t.expose('startedBy', { type: TokenCreatorRef, description: 'Who gave rise to it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was queued.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a worker began; null before.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended, one way or the other.',
    }),
    pollAfterMs: t.int({
      nullable: true,
      description: 'How many milliseconds to wait before asking again; null when it has ended.',
      resolve: ({ finishedAt }) => (finishedAt === null ? POLL_AFTER_MS : null),
    }),
    error: t.exposeString('error', { nullable: true, description: 'Why it failed, in words.' }),
    result: t.expose('result', {
      type: 'JSON',
      nullable: true,
      description: 'What it came to: numbers by name.',
    }),
  }),
});

/** For fields that hold the id of a job. */
export function jobs(context: AdminContext): DataLoader<string, Job | null> {
  return new DataLoader((ids: readonly string[]) => loadJobs(ids, context));
}

async function loadJobs(ids: readonly string[], context: AdminContext): Promise<(Job | null)[]> {
  const found = await context.read((db) => findJobs(db, context.accountId, ids));
  return ids.map((id) => found.find((job) => job.id === id) ?? null);
}
