import type { Actor } from '@rollcall/domain/actor';
import { isJsonArray, type JsonValue } from '@rollcall/domain/json';
import { newId } from '@rollcall/domain/ids';
import type { ProvisioningEventInput } from '@rollcall/domain/provisioning-log/provisioning-event';
import { provisioningEvent, recordEvents } from '@rollcall/domain/provisioning-log/provisioning-log-testing';
import { type IdentityProvider, identityProvider } from '@rollcall/domain/testing/provisioning';
import { at, type TestAccount, type TestAdminApi } from './harness.ts';

export interface RecordingProvider {
  readonly tokenId: string;
  /** One request: what it writes, and its provisioning event. Answers with the request's id. */
  send(work: (idp: IdentityProvider) => Promise<Partial<ProvisioningEventInput>>): Promise<string>;
}

/** An identity provider whose requests are in the provisioning log, as a gateway puts them there. */
export function recordingProvider(
  { db }: TestAdminApi,
  { accountId }: TestAccount,
  tokenId = newId(),
): RecordingProvider {
  return {
    tokenId,
    async send(work) {
      const request = { id: newId(), method: 'POST', path: '/scim/v2/an-account/Users' };
      const actor: Actor = { kind: 'scim_token', id: tokenId, name: 'Okta', request };
      const facts = await work(identityProvider(db, { accountId, actor }));
      await recordEvents(db, [provisioningEvent(accountId, { id: request.id, tokenId, ...facts })]);
      return request.id;
    },
  };
}

/** What stands at a path in each edge, or item, of a list. */
export function eachAt(value: JsonValue, list: string, path: string): readonly (JsonValue | undefined)[] {
  const items = at(value, list) ?? null;
  return isJsonArray(items) ? items.map((item) => at(item, path)) : [];
}
