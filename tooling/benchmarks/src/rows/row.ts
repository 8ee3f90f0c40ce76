import type { MeasuredDatabase } from '../database/measured-database.ts';
import type { Account, Dataset } from '../dataset/dataset.ts';
import type { Workload } from '../load/workload.ts';
import type { LoadJob } from '../load/load-job.ts';
import type { Sizes } from '../options.ts';
import type { Child } from '../processes/child.ts';
import type { Service, ServiceName } from '../processes/service.ts';
import type { ResultLine } from '../report/report.ts';

/** What the rows measure with. */
export interface Bench {
  readonly sizes: Sizes;
  readonly database: MeasuredDatabase;
  readonly dataset: Dataset;
  readonly load: Child;
  readonly floorUrl: string;
  /** A gateway of the row's own, so that its memory is the row's. */
  startGateway(databaseUrl?: string): Promise<Service>;
  /** Likewise another service, on the run's database. */
  startService(name: ServiceName): Promise<Service>;
}

export interface Row {
  readonly number: string;
  run(bench: Bench): Promise<readonly ResultLine[]>;
}

/** Where an account's resources are on the gateway. */
export function scimPath(account: Account): string {
  return `/scim/v2/${account.id}`;
}

/** The account's rows by way of the floors. */
export function floorPath(account: Account): string {
  return `/${account.id}`;
}

/** Work on the gateway, as long as a turn takes. */
export function productJob(bench: Bench, gateway: Service, account: Account, work: Workload): LoadJob {
  return jobAt(bench, gateway.url, account.token, work);
}

/** Work on a floor. */
export function floorJob(bench: Bench, work: Workload): LoadJob {
  return jobAt(bench, bench.floorUrl, '-', work);
}

function jobAt({ sizes }: Bench, url: string, token: string, work: Workload): LoadJob {
  return { url, token, connections: sizes.connections, work, from: 0, bound: sizes.turn };
}
