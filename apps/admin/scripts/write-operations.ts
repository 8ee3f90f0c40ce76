// The operations of the client as it sends them, each under its SHA-256: what the admin API can bind sessions to (GRAPHQL_MANIFEST).
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequest, formatDocument, stringifyDocument } from '@urql/core';
import { type DocumentNode, Kind } from 'graphql';
import { CLIENT, documentsOfClient } from './documents.ts';

const texts = documentsOfClient()
  .map(({ text }) => asSent(text))
  .toSorted();
const manifest = Object.fromEntries(texts.map((text) => [hash('sha256', text), text]));
writeFileSync(join(CLIENT, 'dist/operations.json'), `${JSON.stringify(manifest, null, 2)}\n`);

/** The cache asks for the name of each type besides, and the text is printed anew. */
function asSent(text: string): string {
  const formatted: object = formatDocument(createRequest(text, {}).query);
  if (!isDocument(formatted)) throw new Error(`No document: ${text}`);
  return stringifyDocument(formatted);
}

function isDocument(value: object): value is DocumentNode {
  return 'kind' in value && value.kind === Kind.DOCUMENT;
}
