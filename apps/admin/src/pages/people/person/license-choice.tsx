import { Select, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { graphql } from '../../../api/graphql.ts';
import { useAnswer } from '../../../api/use-answer.ts';
import { faultOf, useChange } from '../../../api/use-change.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { ActionButton } from '../../../ui/action-button.tsx';
import { Confirm } from '../../../ui/confirm.tsx';
import { isOneOf } from '../../../ui/filters.tsx';
import { lockOn } from '../../../ui/lock.ts';
import { words } from '../../../words/person.ts';
import { licenseTypes } from '../../../words/states.ts';
import type { Person } from './person-query.ts';

const SEATS = graphql(`
  query Seats {
    account {
      licenses {
        usage {
          licenseType
          available
          used
          limit
        }
      }
    }
  }
`);

const CHOOSE = graphql(`
  mutation ChooseLicense($input: UserLicenseSetInput!) {
    userLicenseSet(input: $input) {
      ... on UserLicenseSetPayload {
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

const { choose } = words.license;
const NO_CHOICE = 'NO_CHOICE';

/** The license by hand, where no rule stands before that; says beforehand what it comes to. */
export function LicenseChoice({ person }: { person: Person }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ActionButton
        lockedBecause={lockOn(person.lockedActions, 'USER_LICENSE_SET')}
        onClick={() => setOpen(true)}
      >
        {choose.label}
      </ActionButton>
      {isOpen && <Choice person={person} onClose={() => setOpen(false)} />}
    </>
  );
}

function Choice({ person, onClose }: { person: Person; onClose: () => void }): ReactNode {
  const { id, version, name, state, license, manualLicenseType, mayBeOverwritten } = person;
  const change = useChange(CHOOSE, 'userLicenseSet');
  const [chosen, setChosen] = useState<string>(manualLicenseType ?? license?.type ?? 'DEVELOPER');
  const choices = useChoices(manualLicenseType !== null);
  const type = isOneOf(chosen, licenseTypes) ? chosen : null;
  const save = async (): Promise<void> => {
    const input = { id, licenseType: type, expectedVersion: version };
    if ((await change.make({ input })) !== undefined) onClose();
  };
  return (
    <Confirm
      title={choose.title(name)}
      action={choose.action}
      isUnderWay={change.isUnderWay}
      refusal={change.refusal}
      onConfirm={() => void save()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Select
          label={choose.field}
          data={choices}
          allowDeselect={false}
          value={chosen}
          onChange={(value) => setChosen(value ?? NO_CHOICE)}
          error={faultOf(change.refusal, 'input.licenseType')}
        />
        <Text size="sm">
          {choose.now(license === null ? words.license.none : licenseTypes[license.type])}{' '}
          {type === null ? choose.takenBack : choose.after(licenseTypes[type])}
        </Text>
        {state !== 'ACTIVE' && <Text size="sm">{choose.waits}</Text>}
        {mayBeOverwritten && <Text size="sm">{words.mayBeOverwritten}</Text>}
      </Stack>
    </Confirm>
  );
}

/** The types with their seats, as far as the viewer may see those. */
function useChoices(isTakeBackPossible: boolean): { value: string; label: string; disabled?: boolean }[] {
  const mayRead = useRight('licenses:read');
  const { data } = useAnswer(SEATS, {}, { pause: !mayRead });
  const usage = data?.account.licenses?.usage;
  const types = Object.entries(licenseTypes).map(([value, label]) => {
    const seats = usage?.find(({ licenseType }) => licenseType === value);
    if (seats === undefined) return { value, label };
    const { available, used, limit } = seats;
    return available
      ? { value, label: `${label} (${choose.seats(used, limit)})` }
      : { value, label: `${label} (${choose.notAvailable})`, disabled: true };
  });
  return isTakeBackPossible ? [...types, { value: NO_CHOICE, label: choose.takeBack }] : types;
}
