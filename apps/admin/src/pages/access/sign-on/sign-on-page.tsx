import { Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useAnswer } from '../../../api/use-answer.ts';
import { useRight } from '../../../frame/viewer.tsx';
import { CopyValue } from '../../../ui/copy-value.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Empty, Loaded, Notice } from '../../../ui/notices.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { words } from '../../../words/sign-on.ts';
import { Section } from '../section.tsx';
import { ConnectedProvider } from './connected-provider.tsx';
import { PROVIDER, type Registration } from './provider.ts';
import { ProviderForm } from './provider-form.tsx';

export function SignOnPage(): ReactNode {
  const answer = useAnswer(PROVIDER, {});
  const mayChange = useRight('settings:write');
  const [isSaved, setIsSaved] = useState(false);
  return (
    <>
      <PageHeader title={words.title} purpose={words.purpose} />
      <Loaded answer={answer}>
        {({ account: { slug, ssoProvider, signInRegistration } }) => (
          <Stack gap="xl">
            {isSaved && <Notice kind="success">{words.form.saved}</Notice>}
            {ssoProvider === null ? (
              <Empty title={words.provider.none}>{words.provider.noneHelp}</Empty>
            ) : (
              <ConnectedProvider provider={ssoProvider} accountSlug={slug} onChanged={answer.askAgain} />
            )}
            {signInRegistration !== null && <WhatToRegister registration={signInRegistration} />}
            {mayChange && (
              <ProviderForm
                key={ssoProvider?.version}
                provider={ssoProvider ?? undefined}
                onLookAgain={answer.askAgain}
                onSaved={() => {
                  setIsSaved(true);
                  answer.askAgain();
                }}
              />
            )}
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function WhatToRegister({
  registration: { redirectUri, samlAcsUrl, samlEntityId },
}: {
  registration: Registration;
}): ReactNode {
  const { registration } = words;
  return (
    <Section title={registration.title}>
      <Facts
        facts={[
          [
            registration.redirectUri,
            <CopyValue key="redirect" name={registration.redirectUri} value={redirectUri} />,
          ],
          [
            registration.samlAcsUrl,
            <CopyValue key="acs" name={registration.samlAcsUrl} value={samlAcsUrl} />,
          ],
          [
            registration.samlEntityId,
            <CopyValue key="entity" name={registration.samlEntityId} value={samlEntityId} />,
          ],
        ]}
      />
    </Section>
  );
}
