import { type AccountSettings, readAccountSettings } from '@rollcall/domain/accounts/account-settings';
import type { Queryable } from '@rollcall/domain/database/connection';
import { SettingsChangedError } from '@rollcall/domain/errors';

interface ReadBySettings {
  readonly db: Queryable;
  readonly accountId: string;
  readonly settings: AccountSettings;
}

/**
 * Does what a request asks. If the account's schemas changed after the settings that it was read by, nothing was written,
 * and it is read and done once more by those in force now.
 */
export async function bySettingsInForce<Request extends ReadBySettings, Result>(
  request: Request,
  work: (request: Request) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(request);
  } catch (error) {
    if (!(error instanceof SettingsChangedError)) throw error;
    const settings = await readAccountSettings(request.db, request.accountId);
    return work({ ...request, settings });
  }
}
