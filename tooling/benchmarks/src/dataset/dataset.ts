import type { Actor } from '@rollcall/domain/actor';
import { createAccount } from '@rollcall/domain/accounts/create-account';
import { type Database, openDatabase } from '@rollcall/domain/database/connection';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { createScimToken } from '@rollcall/domain/scim-access/scim-tokens';
import { createServiceToken } from '@rollcall/domain/scim-access/service-tokens';
import type { MeasuredDatabase } from '../database/measured-database.ts';
import type { Sizes } from '../options.ts';
import { type Groups, loadGroups, putEverybodyInEveryone } from './groups.ts';
import { DOMAIN, loadPeople, type People } from './people.ts';

/** An account that the load generator can speak to. */
export interface Account {
  readonly id: string;
  readonly token: string;
  /** Of an account_admin, for the admin API. */
  readonly serviceToken: string;
}

export interface PopulatedAccount extends Account {
  readonly people: People;
  readonly smallGroups: Groups;
  readonly largeGroups: Groups;
}

export interface ProvisionedAccount extends Account {
  readonly people: People;
  readonly groups: Groups;
}

export interface Dataset {
  readonly measured: PopulatedAccount;
  /** 1,000 people, for comparison with the measured one. */
  readonly small: PopulatedAccount;
  /** Empty; its developer licenses are limited. */
  readonly limited: Account;
  /** Empty, as when provisioning is turned on. */
  readonly firstSync: Account;
  /** Everybody is in the default group Everyone and in one group of the identity provider. */
  readonly fewToCleanUp: ProvisionedAccount;
  /** Ten times as many. */
  readonly manyToCleanUp: ProvisionedAccount;
  /** Has many tokens; `token` is one of them. */
  readonly manyTokens: Account;
  /** What the floors read and write, in the same tables. */
  readonly floor: PopulatedAccount;
}

const OPERATOR: Actor = { kind: 'operator', name: 'benchmarks' };
const AT_ONCE = 10;
const TOKENS_PER_TRANSACTION = 100;

/** Makes accounts and tokens as a customer's are made, and loads people and groups by set-based statements. */
export async function loadDataset(
  database: MeasuredDatabase,
  sizes: Sizes,
  say: (line: string) => void,
): Promise<Dataset> {
  const db = await openDatabase({
    url: database.url,
    poolSize: AT_ONCE,
    onIdleConnectionError: (error) => say(`A connection broke: ${error.message}`),
  });
  try {
    say(`Loading ${sizes.accounts} accounts and ${sizes.tokens} tokens …`);
    const dataset = await createAccounts(db, sizes);
    const populated = [dataset.measured, dataset.small, dataset.floor];
    const toCleanUp = [dataset.fewToCleanUp, dataset.manyToCleanUp];
    say(`Loading ${sizes.users} people …`);
    const { client } = database;
    await loadPeople(
      client,
      [...populated, ...toCleanUp].map(({ id, people }) => ({ accountId: id, people })),
    );
    say(`Loading ${dataset.measured.largeGroups.count} groups of ${sizes.groupSize} …`);
    await loadGroups(client, [
      ...populated.flatMap(({ id, smallGroups, largeGroups }) => [
        { accountId: id, groups: smallGroups },
        { accountId: id, groups: largeGroups },
      ]),
      ...toCleanUp.map(({ id, groups }) => ({ accountId: id, groups })),
    ]);
    for (const { id } of toCleanUp) await putEverybodyInEveryone(client, id);
    await client.query('vacuum (analyze)');
    return dataset;
  } finally {
    await db.destroy();
  }
}

async function createAccounts(db: Database, sizes: Sizes): Promise<Dataset> {
  const few = Math.min(1_000, sizes.users);
  const limited = await openAccount(db, 'bench-limited', true);
  const manyTokens = await openAccount(db, 'bench-many-tokens');
  await createTokens(db, manyTokens.id, sizes.tokens - 1);
  const dataset = {
    measured: populate(await openAccount(db, 'bench-measured'), 1, sizes.users, sizes),
    small: populate(await openAccount(db, 'bench-small'), 2, few, sizes),
    floor: populate(await openAccount(db, 'bench-floor'), 3, Math.min(50_000, sizes.users), sizes),
    limited,
    manyTokens,
    firstSync: await openAccount(db, 'bench-first-sync'),
    fewToCleanUp: provision(await openAccount(db, 'bench-few-to-clean-up'), 4, Math.ceil(sizes.cleanup / 10)),
    manyToCleanUp: provision(await openAccount(db, 'bench-many-to-clean-up'), 5, sizes.cleanup),
  };
  const others = Array.from(
    { length: sizes.accounts - Object.keys(dataset).length },
    (_, index) => `bench-${index}`,
  );
  await inParallel(others, (slug) => newAccount(db, slug));
  return dataset;
}

function populate(account: Account, series: number, count: number, sizes: Sizes): PopulatedAccount {
  const people = { series, count };
  const groups = { people, count: sizes.connections };
  const large = Math.min(sizes.groupSize, Math.floor(count / 10));
  return {
    ...account,
    people,
    smallGroups: { ...groups, from: 0, size: Math.min(10, large) },
    largeGroups: { ...groups, from: sizes.connections, size: large },
  };
}

const GROUPS_TO_STAY_IN = 10;

function provision(account: Account, series: number, count: number): ProvisionedAccount {
  const people = { series, count };
  const size = Math.ceil(count / GROUPS_TO_STAY_IN);
  return { ...account, people, groups: { people, from: 0, count: GROUPS_TO_STAY_IN, size } };
}

async function openAccount(db: Database, slug: string, limited = false): Promise<Account> {
  const id = await newAccount(db, slug, limited);
  return inTransaction(db, async (trx) => {
    const request = { name: 'benchmarks', permissionSets: ['account_admin'] } as const;
    const [scim, service] = [
      await createScimToken(trx, OPERATOR, id, { name: 'benchmarks' }, new Date()),
      await createServiceToken(trx, OPERATOR, id, request, new Date()),
    ];
    return { id, token: scim.value, serviceToken: service.value };
  });
}

async function newAccount(db: Database, slug: string, limited = false): Promise<string> {
  const account = await inTransaction(db, (trx) =>
    createAccount(
      trx,
      OPERATOR,
      {
        slug,
        plan: 'enterprise',
        ssoProviderKind: 'okta',
        verifiedDomains: [DOMAIN],
        enableScim: true,
        ...(limited && { seats: [{ licenseType: 'developer', limit: 100_000_000 }] }),
      },
      new Date(),
    ),
  );
  return account.id;
}

async function createTokens(db: Database, accountId: string, amount: number): Promise<void> {
  const batches: number[] = [];
  for (let left = amount; left > 0; left -= TOKENS_PER_TRANSACTION) {
    batches.push(Math.min(left, TOKENS_PER_TRANSACTION));
  }
  await inParallel(batches, (size) =>
    inTransaction(db, async (trx) => {
      for (let made = 0; made < size; made += 1) {
        await createScimToken(trx, OPERATOR, accountId, { name: 'spare' }, new Date());
      }
    }),
  );
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
}
