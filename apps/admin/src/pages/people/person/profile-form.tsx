import { Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { faultOf, useChange } from '../../../api/use-change.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { words } from '../../../words/person.ts';
import type { Person } from './person-query.ts';
import { FIRST_FIELDS, MORE_FIELDS, PROFILE_FIELDS, type ProfileField } from './profile-fields.ts';

const UPDATE = graphql(`
  mutation UpdateProfile($input: UserUpdateInput!) {
    userUpdate(input: $input) {
      ... on UserUpdatePayload {
        user {
          id
        }
      }
      ... on UserError {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`);

const { profile: texts } = words;

type Field = ProfileField | 'userName' | 'email';
type Typed = Partial<Record<Field, string>>;

/** Sends what was changed and nothing else, so that what the identity provider wrote meanwhile stays. */
export function ProfileForm({ person, onClose }: { person: Person; onClose: () => void }): ReactNode {
  const { id, version, name, mayBeOverwritten } = person;
  const change = useChange(UPDATE, 'userUpdate');
  const [typed, setTyped] = useState<Typed>({});
  const before = valuesOf(person);
  const save = async (): Promise<void> => {
    const input = { id, expectedVersion: version, ...changesOf(before, typed) };
    if ((await change.make({ input })) !== undefined) onClose();
  };
  const field = (name: Field): ReactNode => (
    <TextInput
      key={name}
      label={texts.fields[name]}
      value={typed[name] ?? before[name]}
      onChange={({ currentTarget: { value } }) => setTyped((all) => ({ ...all, [name]: value }))}
      error={faultOf(change.refusal, `input.${name}`)}
    />
  );
  return (
    <Confirm
      title={texts.editTitle(name)}
      action={texts.save}
      isUnderWay={change.isUnderWay}
      refusal={change.refusal}
      onConfirm={() => void save()}
      onClose={onClose}
    >
      <Stack gap="sm">
        {mayBeOverwritten && <Text size="sm">{words.mayBeOverwritten}</Text>}
        {field('userName')}
        {field('email')}
        <Text size="xs" c="dimmed">
          {texts.address}
        </Text>
        {FIRST_FIELDS.map(field)}
        <details>
          <summary>{texts.more}</summary>
          <Stack gap="sm" mt="sm">
            {MORE_FIELDS.map(field)}
          </Stack>
        </details>
      </Stack>
    </Confirm>
  );
}

function valuesOf(person: Person): Record<Field, string> {
  const work = person.emails.find(({ type }) => type === 'work') ?? person.emails[0];
  const values = { ...EMPTY, userName: person.userName, email: work?.value ?? '' };
  for (const field of PROFILE_FIELDS) values[field] = person[field] ?? '';
  return values;
}

const EMPTY: Record<Field, string> = {
  userName: '',
  email: '',
  displayName: '',
  givenName: '',
  familyName: '',
  title: '',
  department: '',
  middleName: '',
  formattedName: '',
  honorificPrefix: '',
  honorificSuffix: '',
  nickName: '',
  userType: '',
  employeeNumber: '',
  organization: '',
  division: '',
  costCenter: '',
  preferredLanguage: '',
  locale: '',
  timezone: '',
  profileUrl: '',
};

/** An emptied field is taken away. A user name cannot be: the API says so beside its field. */
function changesOf(before: Record<Field, string>, typed: Typed): Partial<Record<Field, string | null>> {
  const changes: Partial<Record<Field, string | null>> = {};
  for (const field of FIELDS) {
    const value = typed[field];
    if (value !== undefined && value !== before[field]) {
      changes[field] = value === '' && field !== 'userName' ? null : value;
    }
  }
  return changes;
}

const FIELDS: readonly Field[] = ['userName', 'email', ...PROFILE_FIELDS];
