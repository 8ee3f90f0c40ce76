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
