import { expect, test } from 'vitest';
import { parseSelection } from './attribute-selection.ts';
import { parseBulkRequest, BULK_REQUEST_URN } from './bulk-request.ts';
import { planBulk } from './bulk-plan.ts';
import { ScimError } from './errors.ts';
import { applyPatch } from './apply-patch.ts';
import { groupChangesOf } from './group-changes.ts';
import type { JsonValue } from './json.ts';
import { PATCH_OP_URN, parsePatchRequest } from './patch-request.ts';
import { createReading } from './reading.ts';
import { groupResourceType, userResourceType } from './resource-types.ts';
import { readResource } from './validate-resource.ts';

const USER = userResourceType({ emailsRequired: false });
const GROUP = groupResourceType();

function selectingUsers(attributes: string) {
  return () => parseSelection({ attributes: [attributes], excludedAttributes: undefined }, USER);
}

function deletingInBulk(path: string) {
  const limits = { maxOperations: 1000, baseUrl: 'https://scim.example.com/scim/v2/a' };
  const body = { schemas: [BULK_REQUEST_URN], Operations: [{ method: 'DELETE', path }] };
  return () => planBulk(parseBulkRequest(body, limits, createReading('lenient')).operations);
}

function readingUser(attributes: { readonly [name: string]: JsonValue }) {
  return () => readResource({ userName: 'ana', ...attributes }, USER, createReading('lenient'));
}

function patchingUser(count: number, path: string) {
  const user = {
    userName: 'ana',
    emails: Array.from({ length: 499 }, (_, each) => ({ value: `a${each}@x` })),
  };
  const Operations = Array.from({ length: count }, () => ({ op: 'remove', path }));
  const reading = createReading('lenient');
  const operations = parsePatchRequest({ schemas: [PATCH_OP_URN], Operations }, USER, reading);
  return () => applyPatch(user, operations, USER, reading);
}

function patchingGroup(operation: { readonly [name: string]: JsonValue }) {
  const body = { schemas: [PATCH_OP_URN], Operations: [operation] };
  return () => groupChangesOf(parsePatchRequest(body, GROUP, createReading('lenient')));
}

function anyOf(count: number): string {
  return Array.from({ length: count }, () => 'value eq "z"').join(' or ');
}

// One client must not keep the others waiting: each of these fits into a request, and takes minutes where the time grows
// with the square of the length.
test.each<[string, () => unknown]>([
  ['attributes with brackets that nothing closes', selectingUsers('emails['.repeat(60_000))],
  ['attributes with brackets in brackets', selectingUsers('emails[]'.repeat(60_000))],
  ['a bulk path that is all slashes', deletingInBulk(`${'/'.repeat(1_000_000)}x`)],
  ['a bulk path that is all references', deletingInBulk('/bulkId:'.repeat(100_000))],
  [
    'a certificate that is all blanks',
    readingUser({ x509Certificates: [{ value: `${' '.repeat(900_000)}!` }] }),
  ],
  ['a certificate that is all padding', readingUser({ x509Certificates: [{ value: '='.repeat(900_000) }] })],
  ['a PATCH that compares much', patchingUser(10, `emails[${anyOf(99)}].display`)],
  ['a PATCH that compares too much', patchingUser(1000, `emails[${anyOf(60)}].display`)],
  ['a PATCH path that is all brackets', patchingGroup({ op: 'remove', path: 'members['.repeat(100_000) })],
  ['a PATCH path that is all dots', patchingGroup({ op: 'remove', path: 'members.'.repeat(100_000) })],
  ['a PATCH path that is all colons', patchingGroup({ op: 'remove', path: 'urn:'.repeat(200_000) })],
])('%s: read or refused at once', { timeout: 2000 }, (_, read) => {
  expect(outcomeOf(read)).not.toBe('a fault');
});

function outcomeOf(read: () => unknown): 'read' | 'refused' | 'a fault' {
  try {
    read();
    return 'read';
  } catch (error) {
    return error instanceof ScimError ? 'refused' : 'a fault';
  }
}
