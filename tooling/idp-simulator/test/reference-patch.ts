import { type JsonObject, isJsonObject, objectsIn, textIn } from '../src/http/json.ts';
import type { Fault } from './reference-server.ts';

export type Resource = JsonObject;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** RFC 7644 3.5.2 with the dialects of Okta and Entra, by the plainest means: a deep copy changed in place. */
export function patched(resource: Resource, body: Resource, fault: Fault | undefined): Resource {
  const next: Record<string, unknown> = structuredClone(resource);
  const operations = objectsIn(body['Operations']);
  if (operations.length === 0) throw new Refusal(400, 'no operations');
  for (const operation of operations) {
    const { path, value } = operation;
    const verb = (textIn(operation, 'op') ?? '').toLowerCase();
    if (typeof path === 'string') {
      apply(next, verb, path, value, fault);
    } else {
      for (const [key, entry] of Object.entries(isJsonObject(value) ? value : {})) {
        if (key !== 'id') apply(next, verb, key, entry, fault);
      }
    }
  }
  return next;
}

function apply(
  next: Record<string, unknown>,
  verb: string,
  path: string,
  value: unknown,
  fault: Fault | undefined,
): void {
  if (path === 'members' || path.startsWith('members[')) applyMembers(next, verb, path, value, fault);
  else if (path.startsWith('urn:')) applyExtension(next, verb, path, value);
  else if (path.includes('[')) applyFiltered(next, path, value);
  else if (path.includes('.')) nested(next, path.split('.')[0] ?? '')[path.split('.')[1] ?? ''] = value;
  else next[path] = path === 'active' ? readBoolean(value, fault) : value;
}

function applyMembers(
  next: Record<string, unknown>,
  verb: string,
  path: string,
  value: unknown,
  fault: Fault | undefined,
): void {
  const named = /^members\[value eq "([^"]*)"\]$/.exec(path)?.[1];
  const given = entriesOf(value).map((entry) => String(entry['value']));
  const present = entriesOf(next['members']).map((entry) => String(entry['value']));
  let ids: string[];
  if (verb === 'add') {
    const kept =
      fault === 'loses one of the members added at once' && given.length > 1 ? given.slice(1) : given;
    ids = [...new Set([...present, ...kept])];
  } else if (verb === 'replace') {
    ids = [...new Set(given)];
  } else if (fault === 'empties the group on a removal by value list' && named === undefined) {
    ids = [];
  } else {
    const gone = new Set(named === undefined ? given : [named]);
    ids = present.filter((id) => !gone.has(id));
  }
  next['members'] = ids.map((id) => ({ value: id }));
}

function applyExtension(next: Record<string, unknown>, verb: string, path: string, value: unknown): void {
  const colon = path.lastIndexOf(':');
  const extension = nested(next, path.slice(0, colon));
  const name = path.slice(colon + 1);
  if (verb === 'remove' || value === '') delete extension[name];
  else extension[name] = name === 'manager' ? { value } : value;
}

function applyFiltered(next: Record<string, unknown>, path: string, value: unknown): void {
  const [, list = '', type = '', leaf = ''] = /^(\w+)\[type eq "(\w+)"\]\.(\w+)$/.exec(path) ?? [];
  if (list === '') throw new Refusal(400, `path ${path}`);
  const entries = entriesOf(next[list]);
  const entry = entries.find((candidate) => candidate['type'] === type);
  if (entry) entry[leaf] = value;
  else entries.push({ type, [leaf]: value });
  next[list] = entries;
}

function nested(next: Record<string, unknown>, name: string): Record<string, unknown> {
  const known = next[name];
  const copy: Record<string, unknown> = typeof known === 'object' && known !== null ? { ...known } : {};
  next[name] = copy;
  return copy;
}

function readBoolean(value: unknown, fault: Fault | undefined): boolean {
  if (value === 'False') return fault === 'reads "False" as true';
  return value === true || value === 'True';
}

function entriesOf(value: unknown): Record<string, unknown>[] {
  return objectsIn(value).map((entry) => Object.assign({}, entry));
}
