import { sql } from 'kysely';
import type { Actor } from '../actor.ts';

/** What lists show of a token, whatever its kind; never its value. */
export interface TokenDescription {
  id: string;
  name: string;
  /** Prefix and last characters. */
  hint: string;
  createdBy: TokenCreator;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
}

export interface TokenCreator {
  kind: Actor['kind'];
  id?: string;
  name: string;
}

export interface TokenRow {
  id: string;
  name: string;
  hint: string;
  created_by: TokenCreator;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  last_used_address: string | null;
}

/** The columns of a TokenRow, of a table under the alias t. */
export const TOKEN_COLUMNS = sql.raw(
  't.id, t.name, t.hint, t.created_by, t.created_at, t.expires_at, t.revoked_at, t.last_used_at, t.last_used_address',
);

export function describeToken(row: TokenRow): TokenDescription {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    lastUsedAddress: row.last_used_address,
  };
}

export function tokenCreator(actor: Actor): TokenCreator {
  return 'id' in actor
    ? { kind: actor.kind, id: actor.id, name: actor.name }
    : { kind: actor.kind, name: actor.name };
}
