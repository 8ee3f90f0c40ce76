import { isDeepStrictEqual } from 'node:util';
import { getAccount } from '../accounts/find-accounts.ts';
import { assertRight, type Caller } from '../admins/caller.ts';
import { lockAccount } from '../database/locks.ts';
import type { Trx } from '../database/transaction.ts';
import { appendAuditEvent } from '../events/append-audit-event.ts';
import { isJsonObject, type JsonObject, toJson } from '../json.ts';
import { announceSettingsChange } from '../scim-access/access-changes.ts';
import { assertVersion, type VersionCondition } from '../version-condition.ts';
import { dropBindings } from './bindings.repository.ts';
import { clientSecretPurpose } from './find-sso-provider.ts';
import { type ProviderPolicy, readProviderInput } from './read-provider-input.ts';
import type { SecretBox } from './secret-box.ts';
import { endSsoSessions } from './sessions.repository.ts';
import {
  type OidcProviderInput,
  type SsoProvider,
  type SsoProviderInput,
  usualGroupsClaim,
} from './sso-provider.ts';
import {
  deleteProvider,
  saveProvider,
  saveProviderKind,
  selectProvider,
  type StoredProvider,
} from './sso-providers.repository.ts';

/** What the edge brings: the keys of the installation, and what it lets accounts reach. */
export interface ProviderSurroundings extends ProviderPolicy {
  secrets: SecretBox;
}

/**
 * Connects the account's provider, or changes it. Another issuer or protocol knows other people: all bindings are dropped and the
 * sessions that came of them end. A client secret is sealed and never given out again. What is as it was is not written.
 * Throws ForbiddenError, InvalidInputError, VersionMismatchError.
 */
export async function setSsoProvider(
  trx: Trx,
  surroundings: ProviderSurroundings,
  caller: Caller,
  accountId: string,
  input: SsoProviderInput,
  now: Date,
  condition?: VersionCondition,
): Promise<SsoProvider> {
  assertRight(caller, 'settings:write');
  const read = readProviderInput(input, surroundings);
  const [, account, stored] = await Promise.all([
    lockAccount(trx, accountId),
    getAccount(trx, accountId),
    selectProvider(trx, accountId),
  ]);
  assertVersion(stored?.provider.version ?? 0, condition);
  const kind = read.kind ?? account.ssoProviderKind ?? 'custom';
  const groupsClaim = read.groupsClaim ?? usualGroupsClaim(read.protocol, kind);
  const next = nextProvider(surroundings.secrets, accountId, { ...read, groupsClaim }, stored, now);
  const before = stored && describe(stored.provider);
  const after = describe({ ...next.provider, kind });
  const changes = changesBetween(before, after);
  if (stored !== undefined && Object.keys(changes).length === 0) return stored.provider;

  await saveProvider(trx, next);
  if (kind !== account.ssoProviderKind) {
    await saveProviderKind(trx, accountId, kind);
    announceSettingsChange(trx, accountId);
  }
  const knowsOthers = stored !== undefined && !knowsTheSame(stored.provider, next.provider);
  const dropped = knowsOthers ? await dropAllBindings(trx, accountId, now) : undefined;
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'sso_provider.changed',
    target: { kind: 'sso_provider' },
    detail: { changes, ...dropped },
  });
  return { ...next.provider, kind };
}

/** By the same subjects: OpenID Connect and SAML name people differently, whoever the issuer is. */
function knowsTheSame(one: SsoProvider, other: SsoProvider): boolean {
  return one.issuer === other.issuer && one.protocol === other.protocol;
}

/** Disconnects it: nobody signs in until another is connected. Throws ForbiddenError and VersionMismatchError. */
export async function removeSsoProvider(
  trx: Trx,
  caller: Caller,
  accountId: string,
  now: Date,
  condition?: VersionCondition,
): Promise<void> {
  assertRight(caller, 'settings:write');
  const [, stored] = await Promise.all([lockAccount(trx, accountId), selectProvider(trx, accountId)]);
  assertVersion(stored?.provider.version ?? 0, condition);
  if (stored === undefined) return;
  await Promise.all([deleteProvider(trx, accountId), saveProviderKind(trx, accountId, null)]);
  announceSettingsChange(trx, accountId);
  const dropped = await dropAllBindings(trx, accountId, now);
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'sso_provider.removed',
    target: { kind: 'sso_provider' },
    detail: { before: describe(stored.provider), ...dropped },
  });
}

/** Notes that the provider, as it stands, passed its test. Throws ForbiddenError. */
export async function noteProviderTest(
  trx: Trx,
  caller: Caller,
  accountId: string,
  version: number,
  now: Date,
): Promise<void> {
  assertRight(caller, 'settings:write');
  const { numUpdatedRows } = await trx
    .updateTable('sso_providers')
    .set({ tested_at: now })
    .where('account_id', '=', accountId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  appendAuditEvent(trx, caller.actor, accountId, now, {
    kind: 'sso_provider.tested',
    target: { kind: 'sso_provider' },
    detail: { version },
  });
}

function nextProvider(
  secrets: SecretBox,
  accountId: string,
  input: SsoProviderInput & { groupsClaim: string },
  stored: StoredProvider | undefined,
  now: Date,
): StoredProvider {
  const facts = {
    accountId,
    kind: null,
    issuer: input.issuer,
    groupsClaim: input.groupsClaim,
    version: (stored?.provider.version ?? 0) + 1,
    createdAt: stored?.provider.createdAt ?? now,
    updatedAt: now,
    testedAt: null,
  };
  if (input.protocol === 'saml') {
    const { signOnUrl, signingCertificates } = input;
    return {
      provider: { ...facts, protocol: 'saml', signOnUrl, signingCertificates },
      clientSecret: null,
    };
  }
  const { clientSecret, clientSecretSetAt } = nextSecret(secrets, accountId, input, stored, now);
  return {
    provider: { ...facts, protocol: 'oidc', clientId: input.clientId, clientSecretSetAt },
    clientSecret,
  };
}

function nextSecret(
  secrets: SecretBox,
  accountId: string,
  { clientSecret }: OidcProviderInput,
  stored: StoredProvider | undefined,
  now: Date,
): { clientSecret: Uint8Array | null; clientSecretSetAt: Date | null } {
  if (clientSecret === null) return { clientSecret: null, clientSecretSetAt: null };
  const purpose = clientSecretPurpose(accountId);
  const known = stored?.clientSecret ?? null;
  const isKnown =
    known !== null && (clientSecret === undefined || secrets.open(purpose, known) === clientSecret);
  if (isKnown && stored?.provider.protocol === 'oidc') {
    return { clientSecret: known, clientSecretSetAt: stored.provider.clientSecretSetAt };
  }
  if (clientSecret === undefined) return { clientSecret: null, clientSecretSetAt: null };
  return { clientSecret: secrets.seal(purpose, clientSecret), clientSecretSetAt: now };
}

/** What an event tells of a provider; that a secret is another one shows in the time when it was set. */
function describe(provider: SsoProvider): JsonObject {
  const { accountId: _, version: _version, createdAt: _c, updatedAt: _u, testedAt: _t, ...told } = provider;
  const json = toJson(told);
  return isJsonObject(json) ? json : {};
}

function changesBetween(before: JsonObject | undefined, after: JsonObject): JsonObject {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const [from, to] = [before?.[name] ?? null, after[name] ?? null];
      return isDeepStrictEqual(from, to) ? [] : [[name, { from, to }]];
    }),
  );
}

async function dropAllBindings(
  trx: Trx,
  accountId: string,
  now: Date,
): Promise<{ bindingsDropped: number; sessionsEnded: number }> {
  const [bindingsDropped, sessionsEnded] = await Promise.all([
    dropBindings(trx, accountId),
    endSsoSessions(trx, accountId, 'issuer_changed', now),
  ]);
  return { bindingsDropped, sessionsEnded };
}
