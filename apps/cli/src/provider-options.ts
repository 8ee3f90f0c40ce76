import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { ProviderKind } from '@rollcall/domain/accounts/account-settings';
import type { OidcProviderInput, SamlProviderInput, SsoProvider } from '@rollcall/domain/sso/sso-provider';
import { readProviderMetadata } from '@rollcall/saml-protocol/provider-metadata';
import { SamlError } from '@rollcall/saml-protocol/saml-error';
import { CommandFailure } from './command-failure.ts';

/** What `sso set` says of a provider; all else stays as it is. */
export interface ProviderOptions {
  issuer?: string;
  clientId?: string;
  clientSecretFile?: string;
  clientSecretStdin?: true;
  /** False for --no-client-secret; commander's default is true. */
  clientSecret: boolean;
  samlMetadata?: string;
  groupsClaim?: string;
  kind?: ProviderKind;
}

/** Options that exclude each other, in words. */
export function contradictionIn(options: ProviderOptions): string | undefined {
  const places = [
    options.clientSecretFile,
    options.clientSecretStdin,
    options.clientSecret ? undefined : false,
  ].filter((option) => option !== undefined);
  if (places.length > 1) return 'name one place for the client secret';
  if (options.samlMetadata === undefined || !isAboutOidc(options)) return undefined;
  return '--saml-metadata has all that is needed of a SAML provider: issuer and client are of OpenID Connect';
}

/** What is to become of the provider, read from files and standard input before any transaction. Throws CommandFailure. */
export async function readProviderOptions(
  options: ProviderOptions,
): Promise<(current: SsoProvider | undefined) => OidcProviderInput | SamlProviderInput> {
  const { samlMetadata, groupsClaim, kind } = options;
  if (samlMetadata !== undefined) {
    const metadata = readMetadata(samlMetadata);
    return (current) => ({ ...metadata, groupsClaim: groupsClaim ?? knownClaim(current, 'saml'), kind });
  }
  const clientSecret = await secretOf(options);
  return (current) =>
    current?.protocol === 'saml' && !isAboutOidc(options)
      ? { ...current, groupsClaim: groupsClaim ?? current.groupsClaim, kind }
      : oidcInput(options, clientSecret, current);
}

function isAboutOidc({
  issuer,
  clientId,
  clientSecretFile,
  clientSecretStdin,
  clientSecret,
}: ProviderOptions): boolean {
  return (
    [issuer, clientId, clientSecretFile, clientSecretStdin].some((option) => option !== undefined) ||
    !clientSecret
  );
}

function readMetadata(file: string): SamlProviderInput {
  try {
    const { entityId, signOnUrl, signingCertificates } = readProviderMetadata(readText(file), new Date());
    return { protocol: 'saml', issuer: entityId, signOnUrl, signingCertificates };
  } catch (error) {
    if (error instanceof SamlError) throw new CommandFailure(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** undefined: stays as it is. Never as an argument, which other users of the machine could read. */
async function secretOf(options: ProviderOptions): Promise<string | null | undefined> {
  if (!options.clientSecret) return null;
  if (options.clientSecretStdin === true) return firstLine(await text(process.stdin));
  return options.clientSecretFile === undefined ? undefined : firstLine(readText(options.clientSecretFile));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CommandFailure(`The file ${file} cannot be read.`, { cause });
  }
}

function firstLine(content: string): string {
  return content.split(/\r?\n/u, 1)[0] ?? '';
}

function oidcInput(
  { issuer, clientId, groupsClaim, kind }: ProviderOptions,
  clientSecret: string | null | undefined,
  current: SsoProvider | undefined,
): OidcProviderInput {
  const known = current?.protocol === 'oidc' ? current : undefined;
  const next = {
    issuer: issuer ?? known?.issuer,
    clientId: clientId ?? known?.clientId,
  };
  if (next.issuer === undefined || next.clientId === undefined) {
    throw new CommandFailure(
      'No OpenID Connect provider is connected yet: name --issuer and --client-id, or --saml-metadata for SAML 2.0.',
    );
  }
  return {
    protocol: 'oidc',
    issuer: next.issuer,
    clientId: next.clientId,
    clientSecret,
    groupsClaim: groupsClaim ?? knownClaim(current, 'oidc'),
    kind,
  };
}

function knownClaim(current: SsoProvider | undefined, protocol: SsoProvider['protocol']): string | undefined {
  return current?.protocol === protocol ? current.groupsClaim : undefined;
}
