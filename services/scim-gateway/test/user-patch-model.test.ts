import { defineSchema } from '@rollcall/domain/custom-schemas/define-schema';
import { inTransaction } from '@rollcall/domain/database/transaction';
import { isJsonObject, type JsonObject } from '@rollcall/scim-protocol/json';
import { fuzzing } from '@rollcall/scim-protocol/testing/fuzzing';
import { EVERY_TYPE, MODEL_ATTRIBUTES } from '@rollcall/scim-protocol/testing/patch-model/model-user';
import { operationOn } from '@rollcall/scim-protocol/testing/patch-model/operations';
import { inOneOrder, referencePatch } from '@rollcall/scim-protocol/testing/patch-model/reference';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATOR, type ScimClient, startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
let client: ScimClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  client = await gateway.addAccount('modelled', { userNamePolicy: 'any' });
  const definition = { resourceType: 'User', document: DOCUMENT } as const;
  await inTransaction(gateway.db, (trx) =>
    defineSchema(trx, OPERATOR, client.accountId, definition, new Date()),
  );
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** The model's extension, but for the part that nobody may write: an account's own schema cannot have one. */
const DOCUMENT = {
  ...EVERY_TYPE,
  attributes: EVERY_TYPE.attributes.map(({ subAttributes, ...rest }) =>
    subAttributes === undefined
      ? rest
      : { ...rest, subAttributes: subAttributes.filter(({ mutability }) => mutability !== 'readOnly') },
  ),
};

/** Operations that other tests are about: on the license, which is a decision, and on the part that the account lacks. */
const ELSEWHERE = /extension:dbtLabs:|[.[( ]maker/i;

// Rules of the account bear on these, beyond those of PATCH: the name is the person's, `active` a state, the license a decision.
const RULED: ReadonlySet<string> = new Set(['userName', 'active', 'licenseType']);
const ATTRIBUTES = MODEL_ATTRIBUTES.filter(({ attribute }) => !RULED.has(attribute.name));

/** What the model knows of a user as the service shows them: what the service sets, and what is never shown, left out. */
function shown({ id: _id, meta: _meta, active: _active, groups: _groups, ...user }: JsonObject): JsonObject {
  const extension = user[EVERY_TYPE.id];
  if (!isJsonObject(extension)) return user;
  const kept = Object.entries(extension).filter(([name]) => name !== 'pin');
  return { ...user, [EVERY_TYPE.id]: Object.fromEntries(kept) };
}

test('any operations leave in the database what a plain reference says, or nothing changed', async () => {
  const scene = fc
    .uniqueArray(fc.constantFrom(...ATTRIBUTES), { minLength: 1, maxLength: 3 })
    .chain((attributes) =>
      fc.array(fc.array(operationOn(attributes), { minLength: 1, maxLength: 4 }), {
        minLength: 1,
        maxLength: 4,
      }),
    );
  let people = 0;
  let changes = 0;
  await fc.assert(
    fc.asyncProperty(scene, async (requests) => {
      people += 1;
      const userName = `person ${people}`;
      const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName };
      const { id } = await client.post('/Users', body);
      let state: JsonObject = body;
      for (const operations of requests) {
        if (operations.some(({ wire }) => ELSEWHERE.test(JSON.stringify(wire)))) continue;
        const expected = referencePatch(
          state,
          operations.flatMap(({ intents }) => intents),
        );
        const answer = await client.patch(
          `/Users/${id}`,
          operations.map(({ wire }) => wire),
        );
        const read = await client.get(`/Users/${id}`);
        if (typeof expected !== 'string') {
          changes += JSON.stringify(expected) === JSON.stringify(state) ? 0 : 1;
          state = expected;
        }
        expect([answer.status, answer.body['scimType'], answer.body['detail']]).toEqual(
          typeof expected === 'string' ? [400, expected, answer.body['detail']] : [200, undefined, undefined],
        );
        expect(inOneOrder(shown(read.body))).toEqual(inOneOrder(shown(state)));
      }
    }),
    fuzzing(100),
  );
  expect(changes).toBeGreaterThan(20);
  expect(gateway.errorsLogged()).toEqual([]);
});
