import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SettingsError } from '@rollcall/service-kit/config';
import { GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { LIMITS } from './limits.ts';

/** The operations of the web client, each under the SHA-256 of its document. */
export interface OperationList {
  readonly documents: ReadonlyMap<string, string>;
  /** Sessions run these and no others. */
  readonly isBinding: boolean;
}

/** Every session may run whatever it writes, as service tokens may. */
export const NO_OPERATION_LIST: OperationList = { documents: new Map(), isBinding: false };

const MOST_FAULTS = 5;

/**
 * Reads a manifest: a JSON object of documents, each under the SHA-256 of its text in hexadecimal digits. Throws SettingsError for
 * one that cannot be read, or does not fit the schema: better no start than a client that fails on some pages.
 */
export async function readOperationList(
  path: string,
  schema: GraphQLSchema,
  { isBinding }: Pick<OperationList, 'isBinding'>,
): Promise<OperationList> {
  const documents = documentsIn(await readManifest(path), path);
  const faults = [...documents].flatMap(([digest, text]) =>
    faultsOf(digest, text, schema).map((fault) => `  ${digest.slice(0, 12)}…: ${fault}`),
  );
  if (faults.length > 0) {
    const more = faults.length > MOST_FAULTS ? [`  and ${faults.length - MOST_FAULTS} more`] : [];
    throw unusable(path, ['', ...faults.slice(0, MOST_FAULTS), ...more].join('\n'));
  }
  return { documents, isBinding };
}

async function readManifest(path: string): Promise<unknown> {
  try {
    const manifest: unknown = JSON.parse(await readFile(path, 'utf8'));
    return manifest;
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
}

function documentsIn(manifest: unknown, path: string): ReadonlyMap<string, string> {
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) {
    throw unusable(path, 'it is no JSON object.');
  }
  const entries: [string, unknown][] = Object.entries(manifest);
  return new Map(
    entries.map(([digest, text]) => {
      if (typeof text === 'string') return [digest, text];
      throw unusable(path, `what stands under ${JSON.stringify(digest.slice(0, 80))} is no text.`);
    }),
  );
}

function faultsOf(digest: string, text: string, schema: GraphQLSchema): readonly string[] {
  if (digest !== digestOf(text)) return ['the document has another SHA-256.'];
  try {
    const document = parse(text, { maxTokens: LIMITS.tokens });
    return validate(schema, document).map(({ message }) => message);
  } catch (error) {
    if (error instanceof GraphQLError) return [error.message];
    throw error;
  }
}

function unusable(path: string, why: string): SettingsError {
  return new SettingsError(
    `GRAPHQL_MANIFEST names ${path}, which cannot be used: ${why}\nBuild the web client anew for this version and name its manifest.`,
  );
}

/**
 * The body of a request with the text of the listed operation that it means, by its text or its digest alone; undefined for
 * anything else.
 */
export function listedRequest({ documents }: OperationList, body: unknown): object | undefined {
  if (documents.size === 0 || typeof body !== 'object' || body === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(body));
  const text = members.get('query') ?? undefined;
  const digest = typeof text === 'string' ? digestOf(text) : persistedDigest(members.get('extensions'));
  const query = text === undefined || typeof text === 'string' ? documents.get(digest ?? '') : undefined;
  return query === undefined ? undefined : { ...body, query };
}

function persistedDigest(extensions: unknown): string | undefined {
  if (typeof extensions !== 'object' || extensions === null || !('persistedQuery' in extensions))
    return undefined;
  const { persistedQuery } = extensions;
  if (typeof persistedQuery !== 'object' || persistedQuery === null || !('sha256Hash' in persistedQuery)) {
    return undefined;
  }
  return typeof persistedQuery.sha256Hash === 'string' ? persistedQuery.sha256Hash : undefined;
}

function digestOf(text: string): string {
  return hash('sha256', text);
}
