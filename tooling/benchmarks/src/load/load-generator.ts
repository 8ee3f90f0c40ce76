import { createHistogram } from 'node:perf_hooks';
import autocannon, { type Client, type Request } from 'autocannon';
import { isLoadJob, type LoadJob, type LoadResult } from './load-job.ts';
import type { PlannedRequest, RightAnswer } from './planned-request.ts';
import { contentTypeOf, isRepeatable, plannedRequest } from './workload.ts';

// A process of its own, so that what it costs to ask is not taken for what it costs to answer.
process.on('message', (message) => {
  if (!isLoadJob(message)) throw new Error('The load generator got a message that is no job.');
  void run(message).then((result) => process.send?.(result));
});
process.once('disconnect', () => process.exit());

/** Made beforehand, for each connection, where requests may be repeated: then only the server works. */
const PREPARED_PER_CONNECTION = 1_000;
const CHECK_EVERY_MS = 50;

async function run(job: LoadJob): Promise<LoadResult> {
  const { work, bound } = job;
  const tally = openTally();
  let next = job.from;
  const following = (): PlannedRequest => plannedRequest(work, next++);

  const headers = { authorization: `Bearer ${job.token}`, 'content-type': contentTypeOf(work) };
  const setupClient = (client: Client): void => {
    const requests = isRepeatable(work)
      ? Array.from({ length: PREPARED_PER_CONNECTION }, () => prepared(following, tally))
      : [madeWhenSent(following, tally, headers)];
    client.setRequests(requests);
  };
  await new Promise<void>((done, fail) => {
    const instance = autocannon(
      {
        url: job.url,
        connections: job.connections,
        headers,
        timeout: 60,
        sampleInt: CHECK_EVERY_MS,
        setupClient,
        ...(job.rate !== undefined && { overallRate: job.rate }),
        ...('seconds' in bound ? { duration: bound.seconds } : { amount: bound.requests }),
      },
      (error: Error | null) => (error === null ? done() : fail(error)),
    );
    instance.on('start', () => tally.start());
    instance.on('response', (_client, _status, _bytes, milliseconds) => tally.answered(milliseconds));
    instance.on('reqError', (error) => tally.wrong(`no answer: ${String(error)}`));
  });
  return { ...tally.result(), next };
}

interface Tally {
  start(): void;
  answered(milliseconds: number): void;
  right(status: number): void;
  wrong(example: string): void;
  result(): Omit<LoadResult, 'next'>;
}

function openTally(): Tally {
  const latencies = createHistogram();
  let started = performance.now();
  let last = started;
  let wrong = 0;
  let example: string | undefined;
  const statuses: Record<number, number> = {};
  return {
    start() {
      started = performance.now();
    },
    answered(milliseconds) {
      latencies.record(Math.max(1, Math.round(milliseconds * 1_000)));
      last = performance.now();
    },
    right(status) {
      statuses[status] = (statuses[status] ?? 0) + 1;
    },
    wrong(text) {
      wrong += 1;
      example ??= text;
    },
    result: () => ({
      requests: latencies.count,
      seconds: (last - started) / 1_000,
      p50: latencies.percentile(50) / 1_000,
      p99: latencies.percentile(99) / 1_000,
      statuses,
      wrong,
      ...(example !== undefined && { example }),
    }),
  };
}

function prepared(following: () => PlannedRequest, tally: Tally): Request {
  const request = following();
  return { ...sent(request), onResponse: (status, body) => check(request, status, body, tally) };
}

/** One request object that becomes the next request each time that it is sent; a connection waits for each answer. */
function madeWhenSent(
  following: () => PlannedRequest,
  tally: Tally,
  headers: Readonly<Record<string, string>>,
): Request {
  let request = following();
  let isFirst = true;
  return {
    setupRequest: (options) => {
      if (!isFirst) request = following();
      isFirst = false;
      // autocannon writes the length of a body into the headers, where a request without one would inherit it.
      return { ...options, headers: { ...headers }, body: undefined, ...sent(request) };
    },
    onResponse: (status, body) => check(request, status, body, tally),
  };
}

function sent({ method, path, body }: PlannedRequest): Request {
  return { method, path, ...(body !== undefined && { body }) };
}

function check(request: PlannedRequest, status: number, body: string, tally: Tally): void {
  const isRight = request.answers.some((answer) => answer.status === status && isContained(answer, body));
  if (isRight) tally.right(status);
  else tally.wrong(`${request.method} ${request.path} was answered with ${status}: ${body.slice(0, 300)}`);
}

function isContained({ contains, times }: RightAnswer, body: string): boolean {
  if (contains === undefined) return true;
  return times === undefined ? body.includes(contains) : body.split(contains).length - 1 === times;
}
