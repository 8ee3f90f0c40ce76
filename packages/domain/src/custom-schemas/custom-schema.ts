import type { CustomSchema } from '../accounts/account-settings.ts';
import type { AttributePath } from './schema-difference.ts';

/** A schema of the account as it is kept, also one that is being removed. */
export interface StoredSchema extends CustomSchema {
  id: string;
  version: number;
  /** Attributes that the schema had once and whose values are still being deleted. */
  retired: readonly AttributePath[];
  createdAt: Date;
  updatedAt: Date;
  /** Nobody sees the schema since then; its values are being deleted. */
  removedAt: Date | null;
}
