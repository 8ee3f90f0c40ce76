import { addManyMembers } from './add-many-members.ts';
import { addMember } from './add-member.ts';
import { addMembersAtOnce } from './add-members-at-once.ts';
import { changeUser } from './change-user.ts';
import { checkToken } from './check-token.ts';
import { createUser } from './create-user.ts';
import { findUser } from './find-user.ts';
import { listGroups } from './list-groups.ts';
import { readUser } from './read-user.ts';
import type { Row } from './row.ts';

/** In the order in which they run. */
export const ALL_ROWS: readonly Row[] = [
  readUser,
  findUser,
  createUser,
  changeUser,
  addMember,
  addManyMembers,
  listGroups,
  addMembersAtOnce,
  checkToken,
];
