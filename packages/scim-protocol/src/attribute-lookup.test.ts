import { expect, test } from 'vitest';

import { findSchema, findTarget } from './attribute-lookup.ts';
import type { ResourceType } from './resource-types.ts';
import { userResourceType } from './resource-types.ts';
import { attribute, type SchemaDefinition } from './schemas/attribute.ts';

function extension(id: string, name: string): SchemaDefinition {
  return { id, name, description: 'Of one account.', attributes: [attribute(name, 'string', 'A text.')] };
}

const USER: ResourceType = {
  ...userResourceType({ emailsRequired: false }),
  extensions: [extension('urn:acme:hr:1.0', 'grade'), extension('urn:acme:hr:1.0:Extra', 'badge')],
};

test("an account's own extensions are found by their URNs, whatever dots and colons these hold", () => {
  expect(findTarget(USER, 'URN:acme:hr:1.0:GRADE')).toMatchObject({
    schema: 'urn:acme:hr:1.0',
    isExtension: true,
    attribute: { name: 'grade' },
  });
  expect(findTarget(USER, 'urn:acme:hr:1.0:Extra:badge')?.schema).toBe('urn:acme:hr:1.0:Extra');
  expect(findTarget(USER, 'urn:acme:hr:1.0:badge')).toBeUndefined();
  expect(findSchema(USER, 'urn:acme:HR:1.0')?.schema.id).toBe('urn:acme:hr:1.0');
});
