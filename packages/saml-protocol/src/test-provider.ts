import { X509Certificate } from 'node:crypto';
import type { IdentityProvider, ServiceProvider } from './parties.ts';
import { newRequestId, signInUrl } from './request-sign-in.ts';

/** One thing that was looked at, in words for an administrator. */
export interface ProviderCheck {
  check: 'certificate' | 'sign_on';
  outcome: 'passed' | 'failed' | 'warned';
  text: string;
}

export interface ProviderTest {
  /** Nothing failed. */
  passed: boolean;
  checks: readonly ProviderCheck[];
}

/** Opens a page of the provider, within what may be reached. */
export type OpenPage = (url: string) => Promise<{ readonly status: number }>;

const SOON_MS = 30 * 24 * 3_600_000;

/**
 * Tries everything about a provider that can be tried without a person: its certificates, and whether its page answers to a
 * request of ours. Whether it knows this service shows when somebody signs in.
 */
export async function testProvider(
  service: ServiceProvider,
  provider: IdentityProvider,
  open: OpenPage,
  now: Date,
): Promise<ProviderTest> {
  const checks = [
    ...provider.signingCertificates.map((certificate) => checkCertificate(certificate, now)),
    await checkSignOn(service, provider, open),
  ];
  return { passed: checks.every(({ outcome }) => outcome !== 'failed'), checks };
}

/** What has run out still verifies: providers go on signing with it, and SAML does not forbid that. */
function checkCertificate(certificate: string, now: Date): ProviderCheck {
  const { subject, validToDate, fingerprint256 } = new X509Certificate(certificate);
  const name = `The certificate ${subject.replaceAll('\n', ', ')} (SHA-256 ${fingerprint256.slice(0, 23)}…)`;
  const left = validToDate.getTime() - now.getTime();
  const day = validToDate.toISOString().slice(0, 10);
  if (left > SOON_MS)
    return { check: 'certificate', outcome: 'passed', text: `${name} is valid until ${day}.` };
  const when = left > 0 ? `runs out on ${day}` : `ran out on ${day}`;
  return {
    check: 'certificate',
    outcome: 'warned',
    text: `${name} ${when}. Import the metadata again when the provider has a new one; both are believed meanwhile.`,
  };
}

async function checkSignOn(
  service: ServiceProvider,
  provider: IdentityProvider,
  open: OpenPage,
): Promise<ProviderCheck> {
  try {
    const url = await signInUrl(service, provider, newRequestId());
    const { status } = await open(url);
    if (status < 400) {
      return {
        check: 'sign_on',
        outcome: 'passed',
        text: `The sign-on page answers (HTTP status ${status}). Whether it knows this service shows when somebody signs in.`,
      };
    }
    return {
      check: 'sign_on',
      outcome: 'failed',
      text: `The sign-on page answers with HTTP status ${status}: check the sign-on URL, and that the application is active.`,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'for no reason that is known';
    return { check: 'sign_on', outcome: 'failed', text: `The sign-on page cannot be opened: ${reason}` };
  }
}
