import { isId } from '@rollcall/domain/ids';

/** An id of the API: opaque to clients, it names the type besides the row. */
export function encodeGlobalId(typename: string, id: string | number | bigint): string {
  return Buffer.from(`${typename}:${String(id)}`).toString('base64url');
}

/** The row that an id of the API names, if it is one of that type; else a text that is no row's id, which nobody finds. */
export function rowId(globalId: string, typename: string): string {
  const named = decode(globalId);
  return named?.typename === typename ? named.id : '';
}

const nodeTypes = new Set<string>();

/** Tells which types can be looked up by id; called once the schema is whole. */
export function registerNodeTypes(typenames: Iterable<string>): void {
  for (const typename of typenames) nodeTypes.add(typename);
}

/** For `node` and `nodes`. Never throws: what is no id of ours names an account that is not there. */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const named = decode(globalId);
  return named !== undefined && nodeTypes.has(named.typename) ? named : { typename: 'Account', id: '' };
}

function decode(globalId: string): { typename: string; id: string } | undefined {
  const text = Buffer.from(globalId, 'base64url').toString();
  const colon = text.indexOf(':');
  const typename = text.slice(0, Math.max(0, colon));
  const id = text.slice(colon + 1);
  // In canonical form only, so that nothing has two ids.
  return isId(id) && encodeGlobalId(typename, id) === globalId ? { typename, id } : undefined;
}
