import { addManyMembers } from './add-many-members.ts';
import { addMember } from './add-member.ts';
import { addMembersAtOnce } from './add-members-at-once.ts';
import { changeUser } from './change-user.ts';
import { checkToken } from './check-token.ts';
import { cleanUpDefaultGroups } from './clean-up-default-groups.ts';
import { createInBulk } from './create-in-bulk.ts';
import { createUser } from './create-user.ts';
import { findUser } from './find-user.ts';
import { firstSync } from './first-sync.ts';
import { listGroups } from './list-groups.ts';
import { queryPeople } from './query-people.ts';
import { readLargeGroup } from './read-large-group.ts';
import { readPage } from './read-page.ts';
import { readUser } from './read-user.ts';
import type { Row } from './row.ts';
import { searchUsers } from './search-users.ts';
import { walkUsers } from './walk-users.ts';

/** In the order in which they run. */
export const ALL_ROWS: readonly Row[] = [
  readUser,
  findUser,
  createUser,
  changeUser,
  addMember,
  addManyMembers,
  readPage,
  walkUsers,
  readLargeGroup,
  listGroups,
  searchUsers,
  createInBulk,
  addMembersAtOnce,
  firstSync,
  queryPeople,
  checkToken,
  cleanUpDefaultGroups,
];
