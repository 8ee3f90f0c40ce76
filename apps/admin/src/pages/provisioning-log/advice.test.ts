import { expect, test } from 'vitest';
import type { AdviceName } from '../../words/advice.ts';
import { words } from '../../words/advice.ts';
import { adviceFor } from './advice.ts';

const refused = (status: number, scimType: string | null, errorDetail: string | null) => ({
  status,
  scimType,
  errorDetail,
});

test.each<[AdviceName, ReturnType<typeof refused>]>([
  [
    'userNameNoAddress',
    refused(
      400,
      'invalidValue',
      'userName must be an e-mail address in this account, but is "ana". In Okta set Application username format to Email; in Entra ID map userName to an attribute that holds the e-mail address.',
    ),
  ],
  [
    'userNameAndEmailDiffer',
    refused(
      400,
      'invalidValue',
      'userName and the work e-mail must be the same address, but userName is "a@b.c" and it is "d@e.f".',
    ),
  ],
  [
    'userNameAndEmailDiffer',
    refused(
      400,
      'invalidValue',
      'The identity provider maps userName and the work e-mail differently; map both to the same attribute.',
    ),
  ],
  ['workEmailRemoved', refused(400, 'invalidValue', 'The work e-mail cannot be removed: people …')],
  [
    'noFreeSeat',
    refused(400, 'invalidValue', 'There is no free read_only license: 5 of 5 seats are in use.'),
  ],
  ['licenseTypeUnavailable', refused(400, 'invalidValue', 'This account has no analyst licenses.')],
  [
    'licenseTypeUnknown',
    refused(400, 'invalidValue', 'licenseType must be one of developer, …, but is "x".'),
  ],
  ['userNameTaken', refused(409, 'uniqueness', 'The user name "a@b.c" is taken in this account.')],
  ['groupNameTaken', refused(409, 'uniqueness', 'The account has a group called "The user name" already')],
  [
    'reservedGroupName',
    refused(409, 'uniqueness', '"Owner" is the name of one of the account\'s own default groups, which …'),
  ],
  ['unknownMembers', refused(400, 'invalidValue', 'No user of this account has the id 7.')],
  ['unlicensedMembers', refused(400, 'invalidValue', 'All users must have licenses on the account, and …')],
  ['lastAdministrator', refused(409, null, "ada@b.c is the account's last active administrator.")],
  [
    'lastAdministrator',
    refused(409, null, 'Deleting "X" would leave the account without an active account administrator.'),
  ],
  ['scimOff', refused(403, null, 'SCIM is switched off for this account.')],
  ['addressRefused', refused(403, null, 'The address 192.0.2.1 is refused. The token is valid.')],
  [
    'strictDialects',
    refused(400, 'invalidSyntax', 'This account reads SCIM to the letter ("strict" dialects)'),
  ],
  ['searchTooCostly', refused(400, 'tooMany', 'The search was stopped after 15 seconds')],
  ['staleCursor', refused(400, 'expiredCursor', 'The cursor has expired.')],
  ['changedMeanwhile', refused(412, null, 'The resource is not as If-Match asks.')],
  ['tooLarge', refused(413, null, 'The request body is larger than')],
  ['unknownAttribute', refused(400, 'invalidPath', 'User has no attribute "shoeSize".')],
  ['gone', refused(404, null, 'There is no user 7 in this account.')],
  ['notOffered', refused(501, null, null)],
  ['busy', refused(503, null, 'The account is busy with other changes.')],
  ['serverFailure', refused(500, null, null)],
  ['unreadable', refused(400, 'invalidFilter', 'The filter ends too soon.')],
])('advises %s', (name, answer) => {
  expect(adviceFor(answer)).toBe(name);
  expect(words.advice[name].steps.length).toBeGreaterThan(0);
});

test.each([200, 201, 204, 304, 418])('advises nothing for %i', (status) => {
  expect(adviceFor(refused(status, null, 'userName must be an e-mail address'))).toBe(
    status < 400 ? undefined : 'userNameNoAddress',
  );
  expect(adviceFor(refused(status, null, null))).toBeUndefined();
});
