import fc from 'fast-check';
import { expect, test } from 'vitest';

import { applyPatch } from './apply-patch.ts';
import { ScimError } from './errors.ts';
import { isJsonArray, parseJsonBody, type JsonObject, type JsonValue } from './json.ts';
import { parsePatchRequest } from './patch-request.ts';
import { createReading } from './reading.ts';
import { userResourceType } from './resource-types.ts';
import { CORE_USER_URN } from './schemas/core-user.ts';
import { readResource } from './validate-resource.ts';

const USER = userResourceType({ emailsRequired: false });
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A user small enough to reason about: a title, the parts of the name, and e-mails as "type value" in a set. */
interface Model {
  title: string | undefined;
  readonly name: Map<string, string>;
  emails: Set<string>;
}

interface Step {
  readonly operation: JsonObject;
  readonly run: (model: Model) => void;
}

const type = fc.constantFrom('work', 'home', 'other');
const value = fc.constantFrom('a', 'b', 'c');
const part = fc.constantFrom('givenName', 'familyName', 'middleName');
const write = fc.constantFrom('add', 'replace');

function typeOf(email: string): string {
  return email.slice(0, email.indexOf(' '));
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(write, value).map(([op, title]) => ({
    operation: { op, path: 'title', value: title },
    run: (model: Model) => {
      model.title = title;
    },
  })),
  fc.constant({
    operation: { op: 'remove', path: 'title' },
    run: (model: Model) => {
      model.title = undefined;
    },
  }),
  fc.tuple(write, part, value).map(([op, name, text]) => ({
    operation: { op, path: `name.${name}`, value: text },
    run: (model: Model) => void model.name.set(name, text),
  })),
  fc.tuple(write, part, value).map(([op, name, text]) => ({
    operation: { op, value: { name: { [name]: text } } },
    run: (model: Model) => void model.name.set(name, text),
  })),
  part.map((name) => ({
    operation: { op: 'remove', path: `name.${name}` },
    run: (model: Model) => void model.name.delete(name),
  })),
  fc.tuple(type, value).map(([kind, address]) => ({
    operation: { op: 'add', path: 'emails', value: [{ type: kind, value: address }] },
    run: (model: Model) => void model.emails.add(`${kind} ${address}`),
  })),
  fc.array(fc.tuple(type, value), { maxLength: 3 }).map((entries) => ({
    operation: {
      op: 'replace',
      path: 'emails',
      value: entries.map(([kind, address]) => ({ type: kind, value: address })),
    },
    run: (model: Model) => {
      model.emails = new Set(entries.map(([kind, address]) => `${kind} ${address}`));
    },
  })),
  type.map((kind) => ({
    operation: { op: 'remove', path: `emails[type eq "${kind}"]` },
    run: (model: Model) => {
      model.emails = new Set([...model.emails].filter((email) => typeOf(email) !== kind));
    },
  })),
  fc.tuple(type, value).map(([kind, address]) => ({
    operation: { op: 'remove', path: 'emails', value: [{ type: kind, value: address }] },
    run: (model: Model) => void model.emails.delete(`${kind} ${address}`),
  })),
  fc.tuple(write, type, value).map(([op, kind, address]) => ({
    operation: { op, path: `emails[type eq "${kind}"].value`, value: address },
    run: (model: Model) => {
      const others = [...model.emails].filter((email) => typeOf(email) !== kind);
      model.emails = new Set([...others, `${kind} ${address}`]);
    },
  })),
);

function patch(resource: JsonObject, operations: JsonValue): JsonObject {
  const reading = createReading('lenient');
  const body = { schemas: [PATCH_OP], Operations: operations };
  return applyPatch(resource, parsePatchRequest(body, USER, reading), USER, reading);
}

function patchedOr(refused: JsonObject, change: () => JsonObject): JsonObject {
  try {
    return change();
  } catch (error) {
    if (error instanceof ScimError) return refused;
    throw error;
  }
}

const ANA: JsonObject = { schemas: [CORE_USER_URN], userName: 'ana' };

test('any sequence of operations gives what a plain model of a user gives', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const model: Model = { title: undefined, name: new Map(), emails: new Set() };
      for (const { run } of steps) run(model);
      const emails = [...model.emails].map((email) => ({ type: typeOf(email), value: email.slice(-1) }));
      const patched = patch(
        ANA,
        steps.map(({ operation }) => operation),
      );
      const { emails: patchedEmails = [] } = patched;
      expect({ ...patched, emails: new Set(isJsonArray(patchedEmails) ? patchedEmails : []) }).toEqual({
        ...ANA,
        ...(model.title === undefined ? {} : { title: model.title }),
        ...(model.name.size === 0 ? {} : { name: Object.fromEntries(model.name) }),
        emails: new Set(emails),
      });
    }),
    { numRuns: 1_000, seed: 8 },
  );
});

test('any body is refused as a SCIM error or gives a user that is valid to the letter; the user given never changes', () => {
  const path = fc.constantFrom(
    'title',
    'name',
    'name.givenName',
    'emails',
    'emails[type eq "work"]',
    'emails[primary eq true].value',
    'emails.primary',
    'active',
    'roles',
    'members',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
    '__proto__',
    'constructor',
    '',
    'emails[',
  );
  const entry = fc.record(
    {
      value: fc.oneof(value, fc.constantFrom('', null, 5)),
      type,
      primary: fc.constantFrom(true, false, 'True', null),
    },
    { requiredKeys: [] },
  );
  const any = fc.oneof(
    value,
    fc.boolean(),
    fc.constant(null),
    entry,
    fc.array(entry, { maxLength: 3 }),
    fc.jsonValue({ maxDepth: 3 }),
    fc.dictionary(path, entry, { maxKeys: 3 }),
  );
  const operation = fc.record(
    { op: fc.constantFrom('add', 'Replace', 'remove', 'move'), path, value: any },
    { requiredKeys: ['op'] },
  );
  const before: JsonObject = {
    ...ANA,
    emails: [
      { value: 'a', type: 'work', primary: true },
      { value: 'b', type: 'home' },
    ],
  };
  const text = JSON.stringify(before);
  fc.assert(
    fc.property(fc.oneof(fc.array(operation, { maxLength: 4 }), fc.jsonValue()), (operations) => {
      const user = patchedOr(before, () => patch(before, parseJsonBody(JSON.stringify(operations))));
      expect(readResource(user, USER, createReading('strict'))).toEqual(user);
      expect(JSON.stringify(before)).toBe(text);
    }),
    { numRuns: 3_000, seed: 9 },
  );
});
