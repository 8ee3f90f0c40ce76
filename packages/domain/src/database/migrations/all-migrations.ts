import type { Migration } from 'kysely/migration';
import * as accountsAndAccess from './0001-accounts-and-access.ts';
import * as usersAndGroups from './0002-users-and-groups.ts';
import * as events from './0003-events.ts';

/** In order. A static map: nothing scans the disk when a process starts. */
export const allMigrations: Record<string, Migration> = {
  '0001-accounts-and-access': accountsAndAccess,
  '0002-users-and-groups': usersAndGroups,
  '0003-events': events,
};
