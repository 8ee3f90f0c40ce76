import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useAnswer } from '../../../api/use-answer.ts';
import { UnknownPage } from '../../../frame/page-failure.tsx';
import { useRight } from '../../../frame/viewer.tsx';
import { paths } from '../../../paths.ts';
import { Loaded } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { entraSteps } from '../../../words/guide-entra.ts';
import { oktaSteps } from '../../../words/guide-okta.ts';
import { otherSteps } from '../../../words/guide-other.ts';
import { type GuideStep, type GuideValues, words } from '../../../words/guides.ts';
import { Section } from '../section.tsx';
import { AccountChecklist } from './account-checklist.tsx';
import { Step } from './guide-step.tsx';
import classes from './guide-step.module.css';
import { SETUP, type Setup } from './setup.ts';

type Client = keyof typeof words.clients;

const STEPS: Record<Client, (values: GuideValues) => readonly GuideStep[]> = {
  okta: oktaSteps,
  entra: entraSteps,
  other: otherSteps,
};

/** How one identity provider is connected with this account. */
export function GuidePage(): ReactNode {
  const { client = '' } = useParams();
  const answer = useAnswer(SETUP, {});
  if (!isClient(client)) return <UnknownPage />;
  return (
    <>
      <PageHeader
        title={words.clients[client].title}
        purpose={words.guidePurpose}
        action={
          <Anchor component={Link} to={paths.guides}>
            {words.all}
          </Anchor>
        }
      />
      <Loaded answer={answer}>{({ account }) => <Guide client={client} setup={account} />}</Loaded>
    </>
  );
}

function Guide({ client, setup }: { client: Client; setup: Setup }): ReactNode {
  const values = valuesIn(setup);
  const seesLog = useRight('logs:read');
  if (values === undefined) return null;
  return (
    <Stack gap="xl">
      <AccountChecklist setup={setup} />
      {STEPS[client](values).map((step, index) => (
        <Step key={step.title} step={step} number={index + 1} baseUrl={values.baseUrl} />
      ))}
      <Section title={words.end.title}>
        <Stack gap="md">
          {seesLog && (
            <Text>
              {words.end.text}{' '}
              <Anchor component={Link} to={paths.provisioningLog} underline="always">
                {words.end.link}
              </Anchor>
            </Text>
          )}
          <Answers />
        </Stack>
      </Section>
    </Stack>
  );
}

function Answers(): ReactNode {
  return (
    <dl className={classes['rows']}>
      {words.answers.map(({ answer, meaning, todo }) => (
        <div key={answer} className={classes['row']}>
          <dt>{answer}</dt>
          <dd>
            {meaning} <strong>{todo}</strong>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function valuesIn({ slug, scim, signInRegistration }: Setup): GuideValues | undefined {
  if (scim === null || signInRegistration === null) return undefined;
  const { redirectUri, samlAcsUrl, samlEntityId } = signInRegistration;
  const signInUrl = new URL(`/sign-in/${slug}`, redirectUri).href;
  return { baseUrl: scim.baseUrl, redirectUri, samlAcsUrl, samlEntityId, signInUrl };
}

function isClient(client: string): client is Client {
  return Object.hasOwn(STEPS, client);
}
