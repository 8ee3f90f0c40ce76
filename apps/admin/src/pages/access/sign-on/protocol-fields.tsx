import { Checkbox, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { faultOf, type Refusal } from '../../../api/use-change.ts';
import { words } from '../../../words/sign-on.ts';
import type { ProviderDraft } from './provider-input.ts';

interface Fields {
  readonly draft: ProviderDraft;
  readonly change: (part: Partial<ProviderDraft>) => void;
  readonly refusal: Refusal | undefined;
}

export function OpenIdConnectFields({
  draft,
  change,
  refusal,
  hasSecret,
}: Fields & { hasSecret: boolean }): ReactNode {
  return (
    <>
      <TextInput
        label={words.form.issuer}
        description={words.form.issuerHelp}
        value={draft.issuer}
        required
        autoComplete="off"
        error={faultOf(refusal, 'input.openIdConnect.issuer')}
        onChange={(event) => change({ issuer: event.currentTarget.value })}
      />
      <TextInput
        label={words.form.clientId}
        value={draft.clientId}
        required
        autoComplete="off"
        error={faultOf(refusal, 'input.openIdConnect.clientId')}
        onChange={(event) => change({ clientId: event.currentTarget.value })}
      />
      <TextInput
        type="password"
        label={words.form.secret}
        description={hasSecret ? `${words.form.secretHelp} ${words.form.secretKept}` : words.form.secretHelp}
        value={draft.secret}
        disabled={draft.hasNoSecret}
        autoComplete="new-password"
        error={faultOf(refusal, 'input.openIdConnect.clientSecret')}
        onChange={(event) => change({ secret: event.currentTarget.value })}
      />
      <Checkbox
        label={words.form.noSecret}
        checked={draft.hasNoSecret}
        onChange={(event) => change({ hasNoSecret: event.currentTarget.checked, secret: '' })}
      />
    </>
  );
}

export function SamlMetadataField({ draft, change, refusal }: Fields): ReactNode {
  return (
    <Textarea
      label={words.form.metadata}
      description={words.form.metadataHelp}
      value={draft.metadata}
      required
      rows={10}
      error={faultOf(refusal, 'input.samlMetadata')}
      onChange={(event) => change({ metadata: event.currentTarget.value })}
    />
  );
}

export function SamlFields({ draft, change, refusal }: Fields): ReactNode {
  const fault = refusal?.fields?.find(({ path }) => path.startsWith('input.saml.signingCertificates'));
  return (
    <>
      <TextInput
        label={words.form.entityId}
        value={draft.entityId}
        required
        autoComplete="off"
        error={faultOf(refusal, 'input.saml.entityId')}
        onChange={(event) => change({ entityId: event.currentTarget.value })}
      />
      <TextInput
        label={words.form.signOnUrl}
        value={draft.signOnUrl}
        required
        autoComplete="off"
        error={faultOf(refusal, 'input.saml.signOnUrl')}
        onChange={(event) => change({ signOnUrl: event.currentTarget.value })}
      />
      <Textarea
        label={words.form.certificates}
        description={words.form.certificatesHelp}
        value={draft.certificates}
        required
        rows={8}
        error={fault?.message}
        onChange={(event) => change({ certificates: event.currentTarget.value })}
      />
    </>
  );
}
