import { expect, test } from 'vitest';

import { parseSelection, selectAttributes } from './attribute-selection.ts';
import type { JsonObject } from './json.ts';
import { parsePatchRequest } from './patch-request.ts';
import { createReading } from './reading.ts';
import { userResourceType } from './resource-types.ts';
import { attribute } from './schemas/attribute.ts';
import { withPatched, withSent } from './sent-attributes.ts';

const URN = 'urn:example:scim:Payroll';
const PAYROLL = {
  id: URN,
  name: 'Payroll',
  description: 'What payroll knows.',
  attributes: [
    attribute('grade', 'integer', 'The pay grade.'),
    attribute('rate', 'decimal', 'The hourly rate.', { returned: 'request' }),
    attribute('seal', 'binary', 'A signature.', { returned: 'never' }),
    attribute('cards', 'complex', 'Cards.', {
      multiValued: true,
      subAttributes: [
        attribute('type', 'string', 'The kind.'),
        attribute('value', 'string', 'The number.', { returned: 'request' }),
        attribute('note', 'string', 'A note.', { returned: 'request' }),
      ],
    }),
  ],
};
const USER = userResourceType({ emailsRequired: false, customSchemas: [PAYROLL] });

const GRADE = { grade: 7 };
const RATE = { rate: 41.5 };
const KEPT = { ...GRADE, ...RATE, seal: 'AAEC', cards: [{ type: 'a', value: '1', note: 'n' }] };
const TYPES = { cards: [{ type: 'a' }] };

/** What of the extension the answer has. */
function shown(selection: ReturnType<typeof parseSelection>): unknown {
  return selectAttributes({ id: 'u1', [URN]: KEPT }, selection, USER)[URN];
}

test.each<[JsonObject, JsonObject, JsonObject]>([
  [{}, {}, { ...GRADE, ...TYPES }],
  [RATE, {}, { ...GRADE, ...RATE, ...TYPES }],
  [{ seal: 'AAEC' }, {}, { ...GRADE, ...TYPES }],
  [{ cards: [{ type: 'a' }] }, {}, { ...GRADE, ...TYPES }],
  [{ cards: [{ type: 'b' }, { value: '1' }] }, {}, { ...GRADE, cards: [{ type: 'a', value: '1' }] }],
  [RATE, { attributes: `${URN}:grade` }, GRADE],
  [RATE, { excludedAttributes: `${URN}:grade` }, { ...RATE, ...TYPES }],
  [RATE, { excludedAttributes: `${URN}:rate` }, { ...GRADE, ...TYPES }],
  [{ cards: [{ value: '1' }] }, { excludedAttributes: `${URN}:cards.value` }, { ...GRADE, ...TYPES }],
])('a creation that sends %j is answered, with %j, by %j', (sent, query, expected) => {
  expect(shown(withSent(parseSelection(query, USER), { [URN]: sent }, USER))).toEqual(expected);
});

test.each<[JsonObject, JsonObject]>([
  [
    { op: 'replace', path: `${URN}:grade`, value: 7 },
    { ...GRADE, ...TYPES },
  ],
  [
    { op: 'replace', path: `${URN}:RATE`, value: 41.5 },
    { ...GRADE, ...RATE, ...TYPES },
  ],
  [
    { op: 'add', value: { [URN]: RATE } },
    { ...GRADE, ...RATE, ...TYPES },
  ],
  [
    { op: 'add', path: `${URN}:cards`, value: [{ note: 'n' }] },
    { ...GRADE, cards: [{ type: 'a', note: 'n' }] },
  ],
  [
    { op: 'replace', path: `${URN}:cards[type eq "a"].value`, value: '1' },
    { ...GRADE, cards: [{ type: 'a', value: '1' }] },
  ],
  [
    { op: 'remove', path: URN },
    { ...GRADE, ...TYPES },
  ],
])('a PATCH by %j is answered by %j', (operation, expected) => {
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] };
  const operations = parsePatchRequest(body, USER, createReading('strict'));
  expect(shown(withPatched(parseSelection({}, USER), operations))).toEqual(expected);
});

test('a read is answered without what is returned on request', () => {
  expect(shown(parseSelection({}, USER))).toEqual({ ...GRADE, ...TYPES });
});
