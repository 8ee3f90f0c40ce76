import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../../api/graphql.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Badge } from '../../../ui/badge.tsx';
import { ChangeButton } from '../../../ui/change-button.tsx';
import { type Column, DataTable } from '../../../ui/data-table.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Notice } from '../../../ui/notices.tsx';
import { Section } from '../../../ui/section.tsx';
import { words } from '../../../words/person.ts';
import { licenseSources, licenseTypes } from '../../../words/states.ts';
import { LicenseChoice } from './license-choice.tsx';
import type { Person } from './person-query.ts';

const REDECIDE = graphql(`
  mutation RedecideLicense($input: UserLicenseRedecideInput!) {
    userLicenseRedecide(input: $input) {
      ... on UserLicenseRedecidePayload {
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

const { license: texts } = words;

type Decision = NonNullable<Person['licenseDecision']>;
type Step = Decision['steps'][number];

const COLUMNS: readonly Column<Step>[] = [
  {
    title: texts.step,
    cell: ({ rule, reason }) => (
      <>
        <Text fw={500} size="sm">
          {texts.rules[rule]}
        </Text>
        <Text size="sm">{reason}</Text>
      </>
    ),
  },
  {
    title: texts.outcome,
    cell: ({ outcome }) =>
      outcome === 'DECIDED' ? (
        <Badge tone="good">{texts.outcomes.DECIDED}</Badge>
      ) : (
        <Text span c="dimmed" inherit>
          {texts.outcomes.PASSED}
        </Text>
      ),
  },
];

/** Which license somebody holds, the rules that led to it in words, and what would change it. */
export function LicenseSection({ person }: { person: Person }): ReactNode {
  const mayWrite = useRight('licenses:write');
  const mayReadPeople = useRight('people:read');
  const { license, licenseDecision, state } = person;
  return (
    <Section
      title={texts.title}
      purpose={texts.purpose}
      action={mayWrite && state !== 'DELETED' && <LicenseChoice person={person} />}
    >
      <Stack>
        <Facts
          facts={[
            [
              texts.holds,
              license === null ? (
                texts.none
              ) : mayReadPeople ? (
                <Anchor component={Link} to={`${paths.people}?license=${license.type}`}>
                  {licenseTypes[license.type]}
                </Anchor>
              ) : (
                licenseTypes[license.type]
              ),
            ],
            ...(license === null ? [] : [[texts.givenBy, licenseSources[license.source]] as const]),
          ]}
        />
        {licenseDecision === null ? (
          <Text c="dimmed">{texts.noDecision}</Text>
        ) : (
          <Why person={person} decision={licenseDecision} mayWrite={mayWrite} />
        )}
      </Stack>
    </Section>
  );
}

function Why({
  person,
  decision,
  mayWrite,
}: {
  person: Person;
  decision: Decision;
  mayWrite: boolean;
}): ReactNode {
  const mayReadLicenses = useRight('licenses:read');
  const decided = decision.steps.at(-1);
  return (
    <>
      <Verdict person={person} decision={decision} mayWrite={mayWrite} />
      <Title order={3} size="h5">
        {texts.why}
      </Title>
      <DataTable
        caption={texts.why}
        columns={COLUMNS}
        rows={decision.steps}
        keyOf={({ rule }) => rule}
        empty={null}
      />
      {decided !== undefined && (
        <div>
          <Title order={3} size="h5">
            {texts.changes}
          </Title>
          <Text>{texts.changedBy[decided.rule]}</Text>
          {mayReadLicenses && (
            <Anchor component={Link} to={paths.licenses} size="sm">
              {texts.toLicenses}
            </Anchor>
          )}
        </div>
      )}
    </>
  );
}

/** Where the rules give something else than what is held. */
function Verdict({
  person: { id, version, name, license, state },
  decision,
  mayWrite,
}: {
  person: Person;
  decision: Decision;
  mayWrite: boolean;
}): ReactNode {
  const given = licenseTypes[decision.licenseType];
  if (license?.type === decision.licenseType) return null;
  if (state !== 'ACTIVE') return <Notice title={texts.wouldGet(given)} />;
  return (
    <Notice kind="warning" title={texts.differs(given)}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{texts.differsWhy}</Text>
        {mayWrite && (
          <Group>
            <ChangeButton
              mutation={REDECIDE}
              name="userLicenseRedecide"
              variables={{ input: { id, expectedVersion: version } }}
              label={texts.redecide.label}
              size="xs"
              question={{
                ...texts.redecide,
                title: texts.redecide.title(name),
                text: texts.redecide.text(given),
              }}
            />
          </Group>
        )}
      </Stack>
    </Notice>
  );
}
