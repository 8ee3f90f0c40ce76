import type { InputFieldRef } from '@pothos/core';
import { isJsonArray, isJsonObject, type JsonObject } from '@rollcall/domain/json';
import { PROFILE_FIELDS, type ProfileField, profileValue } from '@rollcall/domain/users/person-edit';
import { builder, type SchemaTypes } from '../../graphql/builder.ts';
import { UserRef } from './user.ts';

/** What can be read and written of a profile, field by field. */
const DESCRIPTIONS: Record<ProfileField, string> = {
  displayName: 'The name shown to others.',
  givenName: 'The given name.',
  familyName: 'The family name.',
  middleName: 'The middle names.',
  formattedName: 'The whole name, ready to show.',
  honorificPrefix: 'The title before the name.',
  honorificSuffix: 'The suffix after the name.',
  nickName: 'The casual name.',
  title: 'The job title.',
  userType: 'The relationship between the organization and the person.',
  profileUrl: 'The address of the online profile.',
  preferredLanguage: 'The preferred languages, as in Accept-Language.',
  locale: 'The locale for dates, numbers and currency.',
  timezone: 'The time zone, as the IANA database names it.',
  employeeNumber: 'The number that the organization gave the person.',
  costCenter: 'The cost center.',
  organization: 'The organization.',
  division: 'The division.',
  department: 'The department.',
};

builder.objectFields(UserRef, (t) =>
  Object.fromEntries(
    PROFILE_FIELDS.map((field) => [
      field,
      t.string({
        nullable: true,
        description: DESCRIPTIONS[field],
        resolve: ({ attributes }) => profileValue(attributes, field),
      }),
    ]),
  ),
);

interface Email {
  value: string;
  type: string | null;
  primary: boolean;
}

const EmailRef = builder.objectRef<Email>('Email').implement({
  description: 'An e-mail address of a person.',
  fields: (t) => ({
    value: t.exposeString('value', { description: 'The address.' }),
    type: t.exposeString('type', { nullable: true, description: 'What it is for: `work`.' }),
    primary: t.exposeBoolean('primary', { description: 'Whether it is the first choice.' }),
  }),
});

builder.objectField(UserRef, 'emails', (t) =>
  t.field({
    type: [EmailRef],
    description: 'Their e-mail addresses.',
    resolve: ({ attributes }) => emailsOf(attributes),
  }),
);

function emailsOf({ emails }: JsonObject): Email[] {
  if (!isJsonArray(emails)) return [];
  return emails.flatMap((entry) => {
    if (!isJsonObject(entry) || typeof entry['value'] !== 'string') return [];
    const { value, type, primary } = entry;
    return [{ value, type: typeof type === 'string' ? type : null, primary: primary === true }];
  });
}

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;
type ProfileInputFields = Record<ProfileField, InputFieldRef<Types, string | null | undefined>>;

/** The same fields in the input of a mutation. */
export function profileInputFields(
  t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>,
): ProfileInputFields {
  const field = (name: ProfileField): InputFieldRef<Types, string | null | undefined> =>
    t.string({ description: DESCRIPTIONS[name] });
  return {
    displayName: field('displayName'),
    givenName: field('givenName'),
    familyName: field('familyName'),
    middleName: field('middleName'),
    formattedName: field('formattedName'),
    honorificPrefix: field('honorificPrefix'),
    honorificSuffix: field('honorificSuffix'),
    nickName: field('nickName'),
    title: field('title'),
    userType: field('userType'),
    profileUrl: field('profileUrl'),
    preferredLanguage: field('preferredLanguage'),
    locale: field('locale'),
    timezone: field('timezone'),
    employeeNumber: field('employeeNumber'),
    costCenter: field('costCenter'),
    organization: field('organization'),
    division: field('division'),
    department: field('department'),
  };
}
