import { type JsonObject, isJsonObject, objectsIn } from './json.ts';

/**
 * The value at a path as the providers' mappings write it: `title`, `name.givenName`, `emails[type eq "work"].value`,
 * `urn:…:User:department`. Null, "" and a manager without value are undefined (RFC 7643 2.5).
 */
export function valueAt(resource: JsonObject, path: string): unknown {
  const value = unwrapped(lookUp(resource, path));
  return value === null || value === '' ? undefined : value;
}

function lookUp(resource: JsonObject, path: string): unknown {
  if (path.startsWith('urn:')) {
    const colon = path.lastIndexOf(':');
    const extension = resource[path.slice(0, colon)];
    return isJsonObject(extension) ? lookUp(extension, path.slice(colon + 1)) : undefined;
  }
  const filtered = /^(\w+)\[(\w+) eq "([^"]*)"\]\.(\w+)$/.exec(path);
  if (filtered) {
    const [, list = '', sub = '', wanted, leaf = ''] = filtered;
    return objectsIn(resource[list]).find((entry) => entry[sub] === wanted)?.[leaf];
  }
  return path
    .split('.')
    .reduce<unknown>((value, key) => (isJsonObject(value) ? value[key] : undefined), resource);
}

/** A reference such as the manager is asserted as a bare id and answered as an object. */
function unwrapped(value: unknown): unknown {
  return isJsonObject(value) ? value['value'] : value;
}
