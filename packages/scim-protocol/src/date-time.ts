const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/i;

const EARLIEST = '0001-01-01T00:00:00.000000000Z';
const LATEST = '9999-12-31T23:59:59.999999999Z';

/**
 * An xsd:dateTime (RFC 7643 2.3.5) as `YYYY-MM-DDTHH:MM:SS.fffffffffZ`, always in UTC and always that wide, so that the order of the
 * texts is the order of the instants; undefined for anything else. Entra sends seven decimals and the year 0001.
 */
export function parseDateTime(text: string): string | undefined {
  const parts = DATE_TIME.exec(text);
  if (parts === null) return undefined;
  const [, years, months, days, hours, minutes, seconds, fraction = '', zone = 'Z'] = parts;
  const [year, month, day] = [Number(years), Number(months), Number(days)];
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  const offset = offsetMinutes(zone);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || offset === undefined) return undefined;

  const instant = new Date(0);
  // setUTCFullYear, unlike Date.UTC, does not read the years 0 to 99 as 19xx.
  instant.setUTCFullYear(year, month - 1, day);
  instant.setUTCHours(hour, minute - offset, second);
  if (instant.getUTCFullYear() < 1) return EARLIEST;
  if (instant.getUTCFullYear() > 9999) return LATEST;
  return `${instant.toISOString().slice(0, 19)}.${fraction.slice(0, 9).padEnd(9, '0')}Z`;
}

function offsetMinutes(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function daysIn(year: number, month: number): number {
  const firstOfNext = new Date(0);
  firstOfNext.setUTCFullYear(year, month, 0);
  return firstOfNext.getUTCDate();
}
