import { randomBytes } from 'node:crypto';
import type { Actor } from '../actor.ts';
import { type Caller, operatorCaller } from '../admins/caller.ts';
import type { PermissionSet } from '../admins/permission-sets.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction, type Trx } from '../database/transaction.ts';
import { newId } from '../ids.ts';
import { setLicenseMappings } from '../licenses/set-license-mappings.ts';
import { givenPeople, type PeopleWorld } from '../users/user-testing.ts';
import { findSession, type SignedIn } from './find-session.ts';
import { secretBox } from './secret-box.ts';
import type { SignInOrigin } from './session.ts';
import { setSsoProvider } from './set-sso-provider.ts';
import type { SignInIdentity } from './sign-in-identity.ts';
import type { SignInOutcome } from './sign-in-outcome.ts';
import { signIn } from './sign-in.ts';
import type { SsoProviderInput } from './sso-provider.ts';

export const ISSUER = 'https://idp.acme.example';
export const OPERATOR = { kind: 'operator', name: 'test' } as const satisfies Actor;
export const ORIGIN: SignInOrigin = { address: '192.0.2.7', userAgent: 'test browser' };
export const SURROUNDINGS = { secrets: secretBox(randomBytes(32)), allowHttp: false };

export interface SignInWorld extends PeopleWorld {
  operator: Caller;
  /** Signs somebody in whom the provider vouches for. */
  signIn(identity?: Partial<SignInIdentity>, now?: Date): Promise<SignInOutcome>;
  /** The same for one who must come in; gives the value of the cookie. */
  enter(identity?: Partial<SignInIdentity>, now?: Date): Promise<{ cookie: string; userId: string }>;
  session(cookie: string, now?: Date): Promise<SignedIn | undefined>;
  connect(changes?: Partial<SsoProviderInput> & { issuer: string }): Promise<void>;
  as<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
  /** A group of its own; returns its id. */
  group(given: GivenGroup): Promise<string>;
  membersOf(groupId: string): Promise<string[]>;
  mapLicenses(mappings: Parameters<typeof setLicenseMappings>[3]['mappings']): Promise<void>;
  binding(userId: string): Promise<{ issuer: string; subject: string } | undefined>;
}

interface GivenGroup {
  members?: readonly string[];
  grants?: readonly PermissionSet[];
  idpGroups?: readonly string[];
  assignByDefault?: boolean;
}

/** An account with people and a connected OpenID provider. */
export async function givenSignIn(
  db: Database,
  given: Parameters<typeof givenPeople>[1] = {},
): Promise<SignInWorld> {
  const people = await givenPeople(db, given);
  const { accountId } = people;
  const operator = operatorCaller(OPERATOR);
  const world: SignInWorld = {
    ...people,
    operator,
    signIn: (identity = {}, now = new Date()) => signIn(db, accountId, identityOf(identity), ORIGIN, now),
    async enter(identity = {}, now = new Date()) {
      const outcome = await world.signIn(identity, now);
      if (outcome.kind !== 'signed_in') throw new Error(`Not signed in: ${JSON.stringify(outcome)}`);
      return { cookie: outcome.session.value, userId: outcome.userId };
    },
    session: (cookie, now = new Date()) => findSession(db, cookie, now),
    async connect({ issuer } = { issuer: ISSUER }) {
      const input = {
        protocol: 'oidc',
        issuer,
        clientId: 'rollcall',
        clientSecret: 'of the client',
      } as const;
      await world.as((trx) => setSsoProvider(trx, SURROUNDINGS, operator, accountId, input, new Date()));
    },
    as: (work) => inTransaction(db, work),
    group: (group) => insertGroup(db, accountId, group),
    async membersOf(groupId) {
      const rows = await db
        .selectFrom('group_members')
        .select('user_id')
        .where('account_id', '=', accountId)
        .where('group_id', '=', groupId)
        .execute();
      return rows.map((row) => row.user_id);
    },
    async mapLicenses(mappings) {
      await world.as((trx) => setLicenseMappings(trx, operator, accountId, { mappings }, new Date()));
    },
    async binding(userId) {
      return db
        .selectFrom('sign_in_bindings')
        .select(['issuer', 'subject'])
        .where('account_id', '=', accountId)
        .where('user_id', '=', userId)
        .executeTakeFirst();
    },
  };
  await world.connect();
  return world;
}

/** Ana, as the provider knows her, unless told otherwise. */
export function identityOf(identity: Partial<SignInIdentity>): SignInIdentity {
  return {
    issuer: ISSUER,
    subject: 'sub-ana',
    subjectIsAddress: false,
    address: 'ana@acme.example',
    addressVerified: true,
    groups: null,
    groupsOverflow: false,
    givenName: 'Ana',
    familyName: 'Ito',
    displayName: null,
    assertion: { id: newId(), expiresAt: new Date(Date.now() + 60_000) },
    ...identity,
  };
}

async function insertGroup(
  db: Database,
  accountId: string,
  { members = [], grants = [], idpGroups = [], assignByDefault = false }: GivenGroup,
): Promise<string> {
  const id = newId();
  const [tenant, now] = [{ account_id: accountId }, new Date()];
  const times = { created_at: now, updated_at: now };
  await db
    .insertInto('groups')
    .values({ ...tenant, id, display_name: id, assign_by_default: assignByDefault, ...times })
    .execute();
  for (const permissionSet of grants) {
    const grant = { ...tenant, group_id: id, permission_set: permissionSet };
    await db.insertInto('group_permission_sets').values(grant).execute();
  }
  for (const idpGroup of idpGroups) {
    await db
      .insertInto('sso_group_mappings')
      .values({ ...tenant, group_id: id, idp_group: idpGroup })
      .execute();
  }
  for (const userId of members) {
    const member = { ...tenant, group_id: id, user_id: userId, origin: 'manual', added_at: now } as const;
    await db.insertInto('group_members').values(member).execute();
  }
  return id;
}
