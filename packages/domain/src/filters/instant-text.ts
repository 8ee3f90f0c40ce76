import { type RawBuilder, sql } from 'kysely';

/**
 * An xsd:dateTime in JSON as `YYYY-MM-DDTHH:MM:SS.fffffffffZ`, the form of a filter's own value: comparing the texts in
 * byte order compares the instants. Null for what is no date. Built from the parts, since a cast would fail on such a text.
 */
export function instantText(text: RawBuilder<string | null>): RawBuilder<string | null> {
  return sql`(
    select case
      when second < '0001-01-01' then '0001-01-01T00:00:00.000000000Z'
      when second >= '10000-01-01' then '9999-12-31T23:59:59.999999999Z'
      else to_char(second, 'YYYY-MM-DD"T"HH24:MI:SS') || '.' || rpad(left(coalesce(part[7], ''), 9), 9, '0') || 'Z'
    end
    from regexp_match(${text}, ${sql.lit(DATE_TIME)}) as found(part)
    cross join lateral (
      select timestamp '0001-01-01' + make_interval(
        years => part[1]::int - 1, months => part[2]::int - 1, days => part[3]::int - 1,
        hours => part[4]::int, mins => part[5]::int, secs => part[6]::int
      ) - case when upper(part[8]) = 'Z' or part[8] is null then interval '0' else part[8]::interval end
    ) as utc(second))`;
}

const DATE_TIME =
  '^(\\d{4})-(\\d\\d)-(\\d\\d)[Tt](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d+))?([Zz]|[+-]\\d\\d:\\d\\d)?$';
