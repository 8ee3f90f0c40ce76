import { Button, Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { faultOf, useChange } from '../../../api/use-change.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { RefusalNotice } from '../../../ui/notices.tsx';
import { words } from '../../../words/sign-on.ts';
import { providerKinds } from '../../../words/states.ts';
import { Section } from '../section.tsx';
import type { Provider } from './provider.ts';
import { draftOf, inputOf, isProtocol, type Kind, type ProviderDraft, SET } from './provider-input.ts';
import { OpenIdConnectFields, SamlFields, SamlMetadataField } from './protocol-fields.tsx';

/** Connects a provider, or changes the one that is connected. */
export function ProviderForm({
  provider,
  onSaved,
  onLookAgain,
}: {
  provider: Provider | undefined;
  onSaved: () => void;
  onLookAgain: () => void;
}): ReactNode {
  const { make, isUnderWay, refusal } = useChange(SET, 'ssoProviderSet');
  const [draft, setDraft] = useState(() => draftOf(provider));
  const [isAsking, setIsAsking] = useState(false);
  const change = (part: Partial<ProviderDraft>): void => setDraft({ ...draft, ...part });
  const save = async (): Promise<void> => {
    const done = await make({ input: inputOf(draft, provider) });
    setIsAsking(false);
    if (done !== undefined) onSaved();
  };
  const fields = { draft, change, refusal };
  return (
    <Section title={provider === undefined ? words.form.connect : words.form.change}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (provider === undefined) void save();
          else setIsAsking(true);
        }}
      >
        <Stack maw="40rem">
          <Radio.Group
            label={words.form.protocol}
            value={draft.protocol}
            onChange={(value) => isProtocol(value) && change({ protocol: value })}
          >
            <Group mt={4}>
              {Object.entries(words.form.protocols).map(([value, label]) => (
                <Radio key={value} value={value} label={label} />
              ))}
            </Group>
          </Radio.Group>
          <Select
            label={words.form.kind}
            description={words.form.kindHelp}
            data={Object.entries(providerKinds).map(([value, label]) => ({ value, label }))}
            value={draft.kind}
            allowDeselect={false}
            error={faultOf(refusal, 'input.kind')}
            onChange={(value) => change({ kind: value !== null && isKind(value) ? value : null })}
          />
          {draft.protocol === 'oidc' && <OpenIdConnectFields {...fields} hasSecret={hasSecret(provider)} />}
          {draft.protocol === 'samlMetadata' && <SamlMetadataField {...fields} />}
          {draft.protocol === 'saml' && <SamlFields {...fields} />}
          <TextInput
            label={words.form.groupsClaim}
            description={words.form.groupsClaimHelp}
            value={draft.groupsClaim}
            autoComplete="off"
            error={faultOf(refusal, 'input.groupsClaim')}
            onChange={(event) => change({ groupsClaim: event.currentTarget.value })}
          />
          <RefusalNotice refusal={refusal} onLookAgain={onLookAgain} />
          <Group>
            <Button type="submit" loading={isUnderWay}>
              {provider === undefined ? words.form.save : words.form.saveChange}
            </Button>
          </Group>
        </Stack>
      </form>
      {isAsking && (
        <Confirm
          title={words.form.confirmTitle}
          action={words.form.confirm}
          isDangerous
          isUnderWay={isUnderWay}
          onConfirm={() => void save()}
          onClose={() => setIsAsking(false)}
        >
          {words.form.confirmText}
        </Confirm>
      )}
    </Section>
  );
}

function hasSecret(provider: Provider | undefined): boolean {
  return provider?.__typename === 'OpenIdConnectProvider' && provider.clientSecretSetAt !== null;
}

function isKind(value: string): value is Kind {
  return Object.hasOwn(providerKinds, value);
}
