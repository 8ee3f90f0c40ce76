import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/schema.generated.ts';
import type { Trx } from '../database/transaction.ts';
import { NotFoundError } from '../errors.ts';
import { readRange } from './ip-range.ts';
import type { AccountIpRules, IpRule, IpRuleList } from './ip-rule.ts';

/** In one statement, so that rules and version belong together. Throws NotFoundError for an account that does not exist. */
export async function selectIpRules(db: Kysely<DB>, accountId: string): Promise<AccountIpRules> {
  const { rows } = await sql<{
    version: number;
    rules: readonly IpRule[];
    lists: readonly (Omit<IpRuleList, 'importedAt'> & { importedAt: string })[];
  }>`
    select c.ip_rules_version as version,
      (select coalesce(json_agg(json_build_object('range', r.range, 'effect', r.effect, 'note', r.note, 'source', r.source)
          order by r.source <> 'manual', r.source, r.range), '[]')
        from ip_rules r where r.account_id = ${accountId}) as rules,
      (select coalesce(json_agg(json_build_object('provider', l.provider, 'changeNumber', l.change_number,
          'publishedOn', l.published_on, 'importedAt', l.imported_at, 'importedBy', l.imported_by) order by l.provider), '[]')
        from ip_rule_lists l where l.account_id = ${accountId}) as lists
    from scim_configurations c where c.account_id = ${accountId}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new NotFoundError('There is no such account.');
  return {
    version: row.version,
    // PostgreSQL writes some IPv6 addresses otherwise.
    rules: row.rules.map((rule) => ({ ...rule, range: readRange(rule.range).cidr })),
    lists: row.lists.map((list) => ({ ...list, importedAt: new Date(list.importedAt) })),
  };
}

/** The rules of one source, instead of those before. */
export async function replaceIpRules(
  trx: Trx,
  accountId: string,
  source: IpRule['source'],
  rules: readonly IpRule[],
): Promise<void> {
  const own = rules.filter((rule) => rule.source === source);
  await Promise.all([
    sql`delete from ip_rules r where r.account_id = ${accountId} and r.source = ${source}`.execute(trx),
    sql`
      insert into ip_rules (account_id, range, source, effect, note)
      select ${accountId}::uuid, given.range, ${source}, given.effect, given.note
      from unnest(${own.map(({ range }) => range)}::cidr[], ${own.map(({ effect }) => effect)}::text[],
        ${own.map(({ note }) => note)}::text[]) as given (range, effect, note)`.execute(trx),
  ]);
}

/** Undefined: the list is gone. */
export async function replaceIpRuleList(
  trx: Trx,
  accountId: string,
  provider: IpRuleList['provider'],
  list: IpRuleList | undefined,
): Promise<void> {
  if (list === undefined) {
    await sql`
      delete from ip_rule_lists l where l.account_id = ${accountId} and l.provider = ${provider}`.execute(
      trx,
    );
    return;
  }
  await sql`
    insert into ip_rule_lists as l (account_id, provider, change_number, published_on, imported_at, imported_by)
    values (${accountId}, ${provider}, ${list.changeNumber}, ${list.publishedOn}, ${list.importedAt}, ${list.importedBy})
    on conflict (account_id, provider) do update set change_number = excluded.change_number,
      published_on = excluded.published_on, imported_at = excluded.imported_at, imported_by = excluded.imported_by`.execute(
    trx,
  );
}

/** Tells every process that rules it read are no longer in force. */
export async function raiseIpRulesVersion(trx: Trx, accountId: string): Promise<void> {
  await sql`
    update scim_configurations c set ip_rules_version = c.ip_rules_version + 1
    where c.account_id = ${accountId}`.execute(trx);
}
