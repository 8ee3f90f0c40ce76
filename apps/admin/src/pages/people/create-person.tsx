import { Select, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { type Choice, useFoundGroups } from '../../api/finders.ts';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { faultOf, useChange } from '../../api/use-change.ts';
import { useRight } from '../../frame/viewer.tsx';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { isOneOf } from '../../ui/filters.tsx';
import { lockOn } from '../../ui/lock.ts';
import { SearchMultiSelect } from '../../ui/search-pickers.tsx';
import { words as common } from '../../words/common.ts';
import { words } from '../../words/people.ts';
import { licenseTypes } from '../../words/states.ts';

const LOCKS = graphql(`
  query AccountLocks {
    account {
      lockedActions {
        action
        reason
      }
    }
  }
`);

const CREATE = graphql(`
  mutation CreatePerson($input: UserCreateInput!) {
    userCreate(input: $input) {
      ... on UserCreatePayload {
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

const { create: texts } = words;

/** Invites somebody, where that is not left to the identity provider. */
export function CreatePerson(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const { data } = useAnswer(LOCKS, {});
  if (data === undefined) return null;
  const lockedBecause = lockOn(data.account.lockedActions ?? [], 'USER_CREATE');
  return (
    <>
      <ActionButton
        lockedBecause={lockedBecause}
        onClick={() => setOpen(true)}
        {...(lockedBecause === undefined && { variant: 'filled' })}
      >
        {texts.label}
      </ActionButton>
      {isOpen && <CreateForm onClose={() => setOpen(false)} />}
    </>
  );
}

function CreateForm({ onClose }: { onClose: () => void }): ReactNode {
  const navigate = useNavigate();
  const mayLicense = useRight('licenses:write');
  const change = useChange(CREATE, 'userCreate');
  const [userName, setUserName] = useState('');
  const [givenName, setGivenName] = useState('');
  const [familyName, setFamilyName] = useState('');
  const [license, setLicense] = useState<string | null>(null);
  const [groups, setGroups] = useState<readonly Choice[]>([]);
  const create = async (): Promise<void> => {
    const made = await change.make({
      input: {
        userName,
        ...(givenName !== '' && { givenName }),
        ...(familyName !== '' && { familyName }),
        ...(license !== null && isOneOf(license, licenseTypes) && { licenseType: license }),
        groupIds: groups.map(({ value }) => value),
      },
    });
    if (made !== undefined) await navigate(paths.person(made.user.id));
  };
  const fault = (field: string): string | undefined => faultOf(change.refusal, `input.${field}`);
  return (
    <Confirm
      title={texts.title}
      action={texts.action}
      isUnderWay={change.isUnderWay}
      refusal={change.refusal}
      onConfirm={() => void create()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">{texts.text}</Text>
        <TextInput
          label={texts.userName}
          description={texts.userNameHelp}
          value={userName}
          onChange={(event) => setUserName(event.currentTarget.value)}
          error={fault('userName') ?? fault('email')}
          data-autofocus
        />
        <TextInput
          label={texts.givenName}
          value={givenName}
          onChange={(event) => setGivenName(event.currentTarget.value)}
          error={fault('givenName')}
        />
        <TextInput
          label={texts.familyName}
          value={familyName}
          onChange={(event) => setFamilyName(event.currentTarget.value)}
          error={fault('familyName')}
        />
        {mayLicense && (
          <Select
            label={texts.license}
            placeholder={texts.licenseByRules}
            clearable
            data={Object.entries(licenseTypes).map(([value, label]) => ({ value, label }))}
            value={license}
            onChange={setLicense}
            error={fault('licenseType')}
          />
        )}
        <SearchMultiSelect
          label={texts.groups}
          useFound={useFoundGroups}
          nothing={common.lists.nothingMatches}
          chosen={groups}
          onChoose={setGroups}
          error={fault('groupIds')}
        />
      </Stack>
    </Confirm>
  );
}
