import type { Migration } from 'kysely/migration';
import * as accountsAndAccess from './0001-accounts-and-access.ts';
import * as usersAndGroups from './0002-users-and-groups.ts';
import * as events from './0003-events.ts';
import * as settingsVersion from './0004-settings-version.ts';
import * as pages from './0005-pages.ts';
import * as search from './0006-search.ts';
import * as customSchemas from './0007-custom-schemas.ts';
import * as eventOrder from './0008-event-order.ts';
import * as jobs from './0009-jobs.ts';
import * as signIn from './0010-sign-in.ts';
import * as people from './0011-people.ts';
import * as adminApi from './0012-admin-api.ts';
import * as signInGroups from './0013-sign-in-groups.ts';
import * as domainChallenges from './0014-domain-challenges.ts';
import * as defaultGroupCleanup from './0015-default-group-cleanup.ts';
import * as logs from './0016-logs.ts';
import * as ipRules from './0017-ip-rules.ts';

/** In order. A static map: nothing scans the disk when a process starts. */
export const allMigrations: Record<string, Migration> = {
  '0001-accounts-and-access': accountsAndAccess,
  '0002-users-and-groups': usersAndGroups,
  '0003-events': events,
  '0004-settings-version': settingsVersion,
  '0005-pages': pages,
  '0006-search': search,
  '0007-custom-schemas': customSchemas,
  '0008-event-order': eventOrder,
  '0009-jobs': jobs,
  '0010-sign-in': signIn,
  '0011-people': people,
  '0012-admin-api': adminApi,
  '0013-sign-in-groups': signInGroups,
  '0014-domain-challenges': domainChallenges,
  '0015-default-group-cleanup': defaultGroupCleanup,
  '0016-logs': logs,
  '0017-ip-rules': ipRules,
};
