import type { Client } from 'pg';
import { withoutIndexes } from '../database/without-indexes.ts';

export const DOMAIN = 'bench.example';

/** The people 0 … count - 1 of one account. Their ids and names follow from their number. */
export interface People {
  /** Which account of the data set; part of the ids. */
  readonly series: number;
  readonly count: number;
}

/** UUIDs of version 7 in form, in the order of the numbers. */
export function userId({ series }: Pick<People, 'series'>, number: number): string {
  return `${idPrefix('0', series)}${number.toString(16).padStart(12, '0')}`;
}

export function userName(number: number): string {
  return `person.${number}@${DOMAIN}`;
}

export function idPrefix(kind: '0' | '1', series: number): string {
  return `0193000${kind}-0000-7000-8${series.toString(16).padStart(3, '0')}-`;
}

/** The body of a request that creates the person of that number: some 700 bytes, as identity providers send them. */
export function userBody(number: number): string {
  return JSON.stringify({
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    userName: userName(number),
    externalId: `external-${number}`,
    active: true,
    ...attributesOf(String(number)),
  });
}

/** Inserts everybody by one statement, licensed and active, as if they had been provisioned one by one. */
export async function loadPeople(
  client: Client,
  parts: readonly { accountId: string; people: People }[],
): Promise<void> {
  await withoutIndexes(client, 'users', async () => {
    for (const { accountId, people } of parts) {
      await client.query(
        `insert into users (account_id, id, state, scim_managed, user_name, external_id, attributes, email_keys,
            license_type, license_source, activated_at, created_at, updated_at)
          select $1, ($2 || lpad(to_hex(n), 12, '0'))::uuid, 'active', true, 'person.' || n || '@${DOMAIN}',
            'external-' || n, replace($3, '{n}', n::text)::jsonb, array['person.' || n || '@${DOMAIN}'],
            'developer', 'default', now(), now(), now()
          from generate_series(0, $4::int - 1) as n`,
        [accountId, idPrefix('0', people.series), JSON.stringify(attributesOf('{n}')), people.count],
      );
      await client.query(
        `insert into resource_counts as c (account_id, resource, bucket, amount) values ($1, 'user', 0, $2)
          on conflict (account_id, resource, bucket) do update set amount = c.amount + excluded.amount`,
        [accountId, people.count],
      );
    }
  });
}

function attributesOf(number: string) {
  return {
    name: { givenName: 'Person', familyName: `Number ${number}`, formatted: `Person Number ${number}` },
    displayName: `Person Number ${number}`,
    title: 'Analytics Engineer',
    preferredLanguage: 'en-US',
    locale: 'en-US',
    timezone: 'Europe/Berlin',
    emails: [{ value: `person.${number}@${DOMAIN}`, type: 'work', primary: true }],
    phoneNumbers: [{ value: `+49 30 ${number}`, type: 'work' }],
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
      employeeNumber: number,
      department: 'Data Platform',
      organization: 'Bench',
    },
  };
}
