import { Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useRight } from '../../../frame/viewer.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Notice } from '../../../ui/notices.tsx';
import { Time } from '../../../ui/time.tsx';
import { words } from '../../../words/sign-on.ts';
import { providerKinds } from '../../../words/states.ts';
import { Section } from '../section.tsx';
import { DisconnectProvider } from './disconnect-provider.tsx';
import type { Provider } from './provider.ts';
import { ProviderTest } from './provider-test.tsx';

/** What is connected, whether it works, and the way to end it. */
export function ConnectedProvider({
  provider,
  accountSlug,
  onChanged,
}: {
  provider: Provider;
  accountSlug: string;
  onChanged: () => void;
}): ReactNode {
  const [isEnding, setIsEnding] = useState(false);
  const mayChange = useRight('settings:write');
  return (
    <Section
      title={words.provider.title}
      action={
        mayChange && (
          <Group gap="xs">
            <Button variant="default" onClick={() => setIsEnding(true)}>
              {words.remove.open}
            </Button>
          </Group>
        )
      }
    >
      <Stack gap="md">
        {provider.warnings.map(({ code, text }) => (
          <Notice key={code} kind="warning" title={words.provider.warning}>
            {text}
          </Notice>
        ))}
        <Facts facts={factsOf(provider)} />
        {mayChange && <ProviderTest version={provider.version} onTested={onChanged} />}
      </Stack>
      {isEnding && (
        <DisconnectProvider
          version={provider.version}
          accountSlug={accountSlug}
          onClose={() => {
            setIsEnding(false);
            onChanged();
          }}
          onDone={() => {
            setIsEnding(false);
            onChanged();
          }}
        />
      )}
    </Section>
  );
}

function factsOf(provider: Provider): readonly (readonly [string, ReactNode])[] {
  const names = words.provider;
  return [
    [names.kind, provider.kind === null ? names.unknownKind : providerKinds[provider.kind]],
    ...(provider.__typename === 'OpenIdConnectProvider'
      ? ([
          [names.protocol, names.openIdConnect],
          [names.issuer, provider.issuer],
          [names.clientId, provider.clientId],
          [
            names.secret,
            provider.clientSecretSetAt === null ? (
              names.noSecret
            ) : (
              <>
                {names.secretSet} <Time at={provider.clientSecretSetAt} />
              </>
            ),
          ],
        ] as const)
      : ([
          [names.protocol, names.saml],
          [names.entityId, provider.entityId],
          [names.signOnUrl, provider.signOnUrl],
          [names.certificates, names.certificate(provider.signingCertificates.length)],
        ] as const)),
    [names.groupsClaim, provider.groupsClaim],
    [names.tested, <Time key="tested" at={provider.testedAt} never={names.notTested} />],
    [names.changed, <Time key="changed" at={provider.updatedAt} />],
  ];
}
