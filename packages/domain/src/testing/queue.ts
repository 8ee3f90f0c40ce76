import pg from 'pg';

export interface QueuedTask {
  task: string;
  payload: unknown;
}

/** What waits for a worker, in the order in which it was enqueued. The queue is none of the tenancy guard's business. */
export async function queuedTasks(url: string): Promise<readonly QueuedTask[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<QueuedTask>(`
      select t.identifier as task, j.payload
      from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id order by j.id`);
    return rows;
  } finally {
    await client.end();
  }
}

/** Stands in for a worker that tried everything that waits as often as it may. */
export async function failQueuedTasks(url: string, error: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('update graphile_worker._private_jobs set attempts = max_attempts, last_error = $1', [
      error,
    ]);
  } finally {
    await client.end();
  }
}
