import { Anchor, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { graphql } from '../../api/graphql.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useRight } from '../../frame/viewer.tsx';
import { paths } from '../../paths.ts';
import { Loaded, Notice } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { words } from '../../words/licenses.ts';
import { licenseTypes } from '../../words/states.ts';
import { WatchedJob } from '../jobs/watched-job.tsx';
import { MappingEditor, MappingsAsText } from './mapping-editor.tsx';
import { DecidingRules, MappingPrecedence } from './precedence.tsx';
import { UsageTable } from './usage-table.tsx';

const LICENSES = graphql(`
  query Licenses {
    account {
      licenses {
        version
        usage {
          licenseType
          available
          limit
          used
          holders {
            source
            people
          }
        }
        mappings {
          licenseType
          idpGroups
        }
      }
      scim {
        enabled
        manageLicenses
        defaultLicenseType
      }
      jobs(first: 1, filter: { kinds: ["recalculate-licenses"], states: [QUEUED, RUNNING] }) {
        edges {
          node {
            id
          }
        }
      }
    }
  }
`);

export function LicensesPage(): ReactNode {
  const answer = useAnswer(LICENSES, {});
  const mayWrite = useRight('licenses:write');
  const [applied, setApplied] = useState<string>();
  const [watched, setWatched] = useState<string>();
  // Also after a reload in the middle, and then until its result is shown.
  const underWay = answer.data?.account.jobs?.edges[0]?.node.id;
  if (underWay !== undefined && underWay !== watched) setWatched(underWay);
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} />
      <Loaded answer={answer}>
        {({ account: { licenses, scim } }) => {
          if (licenses === null) return null;
          const available = licenses.usage.flatMap(({ available, licenseType }) =>
            available ? [licenseType] : [],
          );
          return (
            <Stack gap="xl">
              {(applied !== undefined || watched !== undefined) && (
                <Stack gap="xs">
                  {applied !== undefined && <Notice kind="success" title={applied} />}
                  {watched !== undefined && <WatchedJob key={watched} id={watched} onEnd={answer.askAgain} />}
                </Stack>
              )}
              <Part title={words.usage.title}>
                <UsageTable usage={licenses.usage} />
                <Text size="sm" c="dimmed">
                  {words.usage.help}
                </Text>
              </Part>
              {scim !== null && (
                <Part title={words.fallback.title}>
                  <Text size="sm">
                    {words.fallback.is(licenseTypes[scim.defaultLicenseType])}{' '}
                    <Anchor component={Link} to={paths.access} size="sm" underline="always">
                      {words.fallback.change}
                    </Anchor>
                  </Text>
                </Part>
              )}
              <Part title={words.mappings.title}>
                <Text size="sm">{words.mappings.help}</Text>
                {scim?.enabled === true && scim.manageLicenses && (
                  <Notice kind="warning" title={words.mappings.ignored}>
                    <Anchor component={Link} to={paths.access} size="sm">
                      {words.mappings.toSetting}
                    </Anchor>
                  </Notice>
                )}
                {mayWrite ? (
                  <MappingEditor
                    mappings={licenses.mappings}
                    available={available}
                    onApplied={(text) => {
                      setApplied(text);
                      answer.askAgain();
                    }}
                  />
                ) : (
                  <MappingsAsText mappings={licenses.mappings} />
                )}
              </Part>
              <MappingPrecedence fallback={scim?.defaultLicenseType ?? 'DEVELOPER'} />
              <DecidingRules settings={scim} />
            </Stack>
          );
        }}
      </Loaded>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
