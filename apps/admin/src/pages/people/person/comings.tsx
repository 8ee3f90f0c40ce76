import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { ChangeButton } from '../../../ui/change-button.tsx';
import { lockOn } from '../../../ui/lock.ts';
import { words } from '../../../words/person.ts';
import type { Person } from './person-query.ts';

const DEACTIVATE = graphql(`
  mutation Deactivate($input: UserDeactivateInput!) {
    userDeactivate(input: $input) {
      ... on UserDeactivatePayload {
        user {
          id
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const REACTIVATE = graphql(`
  mutation Reactivate($input: UserReactivateInput!) {
    userReactivate(input: $input) {
      ... on UserReactivatePayload {
        user {
          id
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const DELETE = graphql(`
  mutation Delete($input: UserDeleteInput!) {
    userDelete(input: $input) {
      ... on UserDeletePayload {
        user {
          id
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const RESTORE = graphql(`
  mutation Restore($input: UserRestoreInput!) {
    userRestore(input: $input) {
      ... on UserRestorePayload {
        user {
          id
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const ERASE = graphql(`
  mutation Erase($input: UserEraseInput!) {
    userErase(input: $input) {
      ... on UserErasePayload {
        user {
          id
        }
      }
      ... on UserError {
        code
        message
      }
    }
  }
`);

const { deactivate, reactivate, remove, restore, erase } = words.comings;

/** Takes a person out of use and brings them back: what can be done depends on where they stand. */
export function Comings({ person }: { person: Person }): ReactNode {
  const mayWrite = useRight('people:write');
  if (!mayWrite || person.erased) return null;
  const { id, name, version, state, lockedActions } = person;
  const input = { id, expectedVersion: version };
  return (
    <Group gap="xs">
      {state === 'DEACTIVATED' && (
        <ChangeButton
          mutation={REACTIVATE}
          name="userReactivate"
          variables={{ input }}
          label={reactivate.label}
          lockedBecause={lockOn(lockedActions, 'USER_REACTIVATE')}
          question={{ ...reactivate, title: reactivate.title(name), text: told(reactivate.text, person) }}
        />
      )}
      {(state === 'ACTIVE' || state === 'INVITED') && (
        <ChangeButton
          mutation={DEACTIVATE}
          name="userDeactivate"
          variables={{ input }}
          label={deactivate.label}
          lockedBecause={lockOn(lockedActions, 'USER_DEACTIVATE')}
          question={{
            ...deactivate,
            title: deactivate.title(name),
            text: told(deactivate.text, person),
            isDangerous: true,
          }}
        />
      )}
      {state === 'DELETED' ? (
        <>
          <ChangeButton
            mutation={RESTORE}
            name="userRestore"
            variables={{ input: { id } }}
            label={restore.label}
            lockedBecause={lockOn(lockedActions, 'USER_RESTORE')}
            question={{ ...restore, title: restore.title(name), text: told(restore.text, person) }}
          />
          <ChangeButton
            mutation={ERASE}
            name="userErase"
            variables={{ input: { id } }}
            label={erase.label}
            question={{
              ...erase,
              title: erase.title(name),
              text: erase.text,
              isDangerous: true,
              typeToConfirm: name,
            }}
          />
        </>
      ) : (
        <ChangeButton
          mutation={DELETE}
          name="userDelete"
          variables={{ input }}
          label={remove.label}
          lockedBecause={lockOn(lockedActions, 'USER_DELETE')}
          question={{
            ...remove,
            title: remove.title(name),
            text: told(remove.text, person),
            isDangerous: true,
          }}
        />
      )}
    </Group>
  );
}

/** With a word of warning where the identity provider can undo it. */
function told(text: string, { mayBeOverwritten }: Person): ReactNode {
  if (!mayBeOverwritten) return text;
  return (
    <Stack gap="xs">
      <Text inherit>{text}</Text>
      <Text inherit>{words.mayBeOverwritten}</Text>
    </Stack>
  );
}
