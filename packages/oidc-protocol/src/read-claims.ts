/** What is read of a token, whoever issued it. */
export interface Claims {
  subject: string;
  email: string | null;
  /** undefined where nothing is said of it. */
  emailVerified: boolean | undefined;
  preferredUsername: string | null;
  givenName: string | null;
  familyName: string | null;
  name: string | null;
  /** All claims, for the one with the groups: accounts name it. */
  all: Readonly<Record<string, unknown>>;
}

/** Texts only where they are texts: what a provider puts there otherwise is as if it were missing. */
export function readClaims(all: Readonly<Record<string, unknown>>): Claims {
  return {
    subject: textIn(all, 'sub') ?? '',
    email: textIn(all, 'email'),
    emailVerified: verifiedIn(all),
    preferredUsername: textIn(all, 'preferred_username'),
    givenName: textIn(all, 'given_name'),
    familyName: textIn(all, 'family_name'),
    name: textIn(all, 'name'),
    all,
  };
}

/**
 * The person's groups by the claim of that name: null where there is none. `overflow` where the token says that there are more
 * than it can hold, as Entra does by `_claim_names` or `hasgroups`.
 */
export function readGroups(
  { all }: Claims,
  claim: string,
): { groups: readonly string[] | null; overflow: boolean } {
  const value = all[claim];
  const overflow = namesElsewhere(all['_claim_names'], claim) || saysSo(all['hasgroups']);
  if (typeof value === 'string') return { groups: [value], overflow };
  if (!Array.isArray(value)) return { groups: null, overflow };
  return { groups: value.filter((group) => typeof group === 'string'), overflow };
}

/** Distributed claims (OpenID Connect Core 5.6.2): the claim is not in the token but elsewhere. */
function namesElsewhere(names: unknown, claim: string): boolean {
  return typeof names === 'object' && names !== null && (claim in names || 'groups' in names);
}

function textIn(all: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = all[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

// Some providers send it as a text. What is neither true nor missing vouches for nothing.
function verifiedIn(all: Readonly<Record<string, unknown>>): boolean | undefined {
  const value = all['email_verified'];
  return value === undefined ? undefined : saysSo(value);
}

function saysSo(value: unknown): boolean {
  return value === true || value === 'true';
}
