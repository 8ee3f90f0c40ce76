import { type RawBuilder, sql } from 'kysely';
import { isId } from '../ids.ts';
import { equalsText, textCondition, timeConditions, type TimeRange } from '../events/log-page.ts';

/** Which requests to show; what is not said is not asked for. */
export interface ProvisioningEventFilter extends TimeRange {
  /** Only answers with a status of 400 or more. */
  failedOnly?: boolean | undefined;
  /** Answers with that status, or of that class: 4 for 400 to 499. */
  status?: number | undefined;
  statusClass?: number | undefined;
  /** Only refusals that SCIM names so: `uniqueness`. */
  scimType?: string | undefined;
  methods?: readonly string[] | undefined;
  resourceType?: string | undefined;
  resourceId?: string | undefined;
  tokenId?: string | undefined;
  /** Only requests of which something was read although the RFCs do not allow it. */
  readLeniently?: boolean | undefined;
  /** In path, refusal, client, body or answer, in any letter case. */
  text?: string | undefined;
}

/** The filter as conditions on `provisioning_events e`. Throws InvalidInputError. */
export function provisioningEventConditions(filter: ProvisioningEventFilter): RawBuilder<unknown>[] {
  const { failedOnly, status, statusClass, scimType, methods, resourceType, readLeniently, text } = filter;
  return [
    ...timeConditions(filter),
    ...(failedOnly === true ? [sql`e.status >= 400`] : []),
    ...(status === undefined ? [] : [sql`e.status = ${status}::integer`]),
    ...(statusClass === undefined ? [] : classConditions(statusClass)),
    ...(scimType === undefined ? [] : [sql`e.status >= 400`, equalsText(sql`e.scim_type`, scimType)]),
    ...(methods === undefined ? [] : [sql`e.method = any(${[...methods]}::text[])`]),
    ...(resourceType === undefined ? [] : [equalsText(sql`e.resource_type`, resourceType)]),
    ...idCondition(sql`e.resource_id`, filter.resourceId),
    ...idCondition(sql`e.token_id`, filter.tokenId),
    ...(readLeniently === true ? [sql`e.leniencies <> '[]'`] : []),
    ...(text === undefined ? [] : [textCondition(text, SEARCHED)]),
  ];
}

const SEARCHED = [
  sql`e.path`,
  sql`e.error_detail`,
  sql`e.user_agent`,
  sql`e.request_body::text`,
  sql`e.answer::text`,
];

// What can only be found among failures is said so, for their index.
function classConditions(statusClass: number): RawBuilder<unknown>[] {
  const first = statusClass * 100;
  const inClass = sql`e.status >= ${first}::integer and e.status < ${first + 100}::integer`;
  return first >= 400 ? [sql`e.status >= 400`, inClass] : [inClass];
}

function idCondition(column: RawBuilder<unknown>, id: string | undefined): RawBuilder<unknown>[] {
  if (id === undefined) return [];
  return [isId(id) ? sql`${column} = ${id}` : sql`false`];
}
