import { Code } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useRight } from '../../../frame/viewer.tsx';
import { ActionButton } from '../../../ui/action-button.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { lockOn } from '../../../ui/lock.ts';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';
import { words } from '../../../words/person.ts';
import type { Person } from './person-query.ts';
import { ProfileForm } from './profile-form.tsx';
import { PROFILE_FIELDS } from './profile-fields.ts';

const { profile: texts } = words;

/** What is known of a person: their profile, addresses and times. */
export function ProfileSection({ person }: { person: Person }): ReactNode {
  const mayWrite = useRight('people:write');
  const [isOpen, setOpen] = useState(false);
  const known = PROFILE_FIELDS.flatMap((field) => {
    const value = person[field];
    return value === null || value === '' ? [] : [[texts.fields[field], <bdi>{value}</bdi>] as const];
  });
  return (
    <Section
      title={texts.title}
      action={
        mayWrite &&
        person.state !== 'DELETED' && (
          <ActionButton
            lockedBecause={lockOn(person.lockedActions, 'USER_UPDATE')}
            onClick={() => setOpen(true)}
          >
            {texts.edit}
          </ActionButton>
        )
      }
    >
      <Facts
        facts={[
          ...known,
          ...(person.emails.length === 0
            ? []
            : [[texts.facts.emails, <Emails emails={person.emails} />] as const]),
          ...(person.externalId === null ? [] : [[texts.facts.externalId, person.externalId] as const]),
          [texts.facts.createdAt, <Time at={person.createdAt} />],
          [texts.facts.activatedAt, <Time at={person.activatedAt} />],
          [texts.facts.updatedAt, <Time at={person.updatedAt} />],
        ]}
      />
      <details>
        <summary>{texts.everything}</summary>
        <Code block tabIndex={0}>
          {JSON.stringify(person.attributes, undefined, 2)}
        </Code>
      </details>
      {isOpen && <ProfileForm person={person} onClose={() => setOpen(false)} />}
    </Section>
  );
}

function Emails({ emails }: { emails: Person['emails'] }): ReactNode {
  return emails.map(({ value, type }) => (
    <div key={`${type} ${value}`}>
      {value} {type !== null && texts.emailType(type)}
    </div>
  ));
}
