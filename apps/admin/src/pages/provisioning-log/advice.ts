import type { AdviceName } from '../../words/advice.ts';

/** What the identity provider got back. */
export interface Answer {
  readonly status: number;
  readonly scimType: string | null;
  readonly errorDetail: string | null;
}

type Case = readonly [name: AdviceName, holds: (answer: Answer) => boolean];

/** By what the refusal says; the first that holds, so the particular stand before the general. */
const CASES: readonly Case[] = [
  ['userNameNoAddress', says(/userName must be an e-mail address/u)],
  [
    'userNameAndEmailDiffer',
    says(/userName and the work e-mail must be the same|maps userName and the work e-mail differently/u),
  ],
  ['workEmailRemoved', says(/work e-mail cannot be removed/u)],
  ['noFreeSeat', says(/There is no free \w+ license/u)],
  ['licenseTypeUnavailable', says(/This account has no \w+ licenses/u)],
  ['licenseTypeUnknown', says(/licenseType must be one of/u)],
  ['reservedGroupName', says(/name of one of the account's own default groups/u)],
  ['groupNameTaken', says(/has a group called/u)],
  ['userNameTaken', ({ status, errorDetail }) => status === 409 && /user name/iu.test(errorDetail ?? '')],
  ['unknownMembers', says(/No user of this account has the id|Members of a group must be users/u)],
  ['unlicensedMembers', says(/All users must have licenses/u)],
  ['lastAdministrator', says(/last active administrator|without an active account administrator/u)],
  ['scimOff', says(/SCIM is switched off/u)],
  [
    'addressRefused',
    ({ status, errorDetail }) => status === 403 && /token is valid/u.test(errorDetail ?? ''),
  ],
  ['strictDialects', says(/\("strict" dialects\)/u)],
  ['searchTooCostly', isOfType('tooMany')],
  ['staleCursor', isOfType('invalidCursor', 'expiredCursor')],
  ['changedMeanwhile', isAnswered(412)],
  ['tooLarge', isAnswered(413, 431)],
  ['unknownAttribute', says(/has no attribute/u)],
  ['gone', isAnswered(404)],
  ['notOffered', isAnswered(501)],
  ['busy', isAnswered(503)],
  ['serverFailure', ({ status }) => status >= 500],
  ['unreadable', isAnswered(400, 415)],
];

/** What an administrator can do about an answer; undefined where there is nothing to do, or nothing is known. */
export function adviceFor(answer: Answer): AdviceName | undefined {
  if (answer.status < 400) return undefined;
  return CASES.find(([, holds]) => holds(answer))?.[0];
}

function says(text: RegExp): (answer: Answer) => boolean {
  return ({ errorDetail }) => errorDetail !== null && text.test(errorDetail);
}

function isOfType(...types: readonly string[]): (answer: Answer) => boolean {
  return ({ scimType }) => scimType !== null && types.includes(scimType);
}

function isAnswered(...statuses: readonly number[]): (answer: Answer) => boolean {
  return ({ status }) => statuses.includes(status);
}
