import { type DirectorySettings, type Person, licenseTypes } from './directory.ts';
import type { Random } from './random.ts';
import { cities, departments, familyNames, givenNames, locales, titles } from './vocabulary.ts';

const digits = '0123456789';
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `serial` is unique in the directory; it keeps two people of one name apart. */
export function newPerson(
  settings: DirectorySettings,
  random: Random,
  serial: number,
  managerKey: string | undefined,
): Person {
  const given = random.pick(givenNames);
  const family = random.pick(familyNames);
  const outside = random.below(100) < settings.outside;
  const local = localPart(settings, `${given.ascii}.${family.ascii}`, serial);
  const address = addressOf(local, outside ? `contractors.${settings.tag}.example` : settings.domain, serial);
  const place = random.chance(0.6) ? random.pick(cities) : undefined;
  return {
    key: newObjectKey(settings, random),
    userName: address,
    email: address,
    givenName: given.written,
    familyName: family.written,
    employeeNumber: String(100_000 + serial),
    department: random.pick(departments),
    title: random.chance(0.85) ? random.pick(titles) : undefined,
    mobile: random.chance(0.4) ? newMobile(random) : undefined,
    city: place?.city,
    country: place?.country,
    locale: random.pick(locales),
    managerKey,
    licenseType: settings.licenses && random.chance(0.8) ? random.pick(licenseTypes) : undefined,
    standing: 'working',
    rehiredAs: undefined,
  };
}

/** Okta ids begin with 00u, Entra's are GUIDs. */
export function newObjectKey(settings: DirectorySettings, random: Random): string {
  if (settings.kind === 'okta') return `00u${random.text(alphanumeric, 17)}`;
  const hex = '0123456789abcdef';
  const variant = random.text('89ab', 1);
  return [
    random.text(hex, 8),
    random.text(hex, 4),
    `4${random.text(hex, 3)}`,
    `${variant}${random.text(hex, 3)}`,
    random.text(hex, 12),
  ].join('-');
}

export function newMobile(random: Random): string {
  return `+41 79 ${random.text(digits, 3)} ${random.text(digits, 4)}`;
}

/** The tag stands right before the '@', where the read-back looks for it. */
export function localPart(settings: DirectorySettings, name: string, serial: number): string {
  // A plus sign must survive the form encoding that Entra uses for its filters.
  const alias = serial % 23 === 7 ? '+crew' : '';
  return `${name}.${serial}${alias}.${settings.tag}`;
}

function addressOf(local: string, domain: string, serial: number): string {
  // Guests in Entra have such names: both '#' and upper case must come back as sent.
  if (serial % 41 === 11) return `partner_#EXT#.${local}@${domain}`;
  if (serial % 29 === 5) return `${local.charAt(0).toUpperCase()}${local.slice(1)}@${domain}`;
  return `${local}@${domain}`;
}
