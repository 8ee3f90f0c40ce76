import { expect, test } from 'vitest';

import { refusalOf } from '../test/refusal-of.ts';
import { parseFilter } from './filter.ts';
import { createReading } from './reading.ts';
import { resolveFilterAcross, type FilterOfType } from './resolve-filter-across.ts';
import { resolveFilter } from './resolve-filter.ts';
import { groupResourceType, userResourceType, type ResourceType } from './resource-types.ts';

const USER = userResourceType({ emailsRequired: false });
const GROUP = groupResourceType();

function across(text: string, type: ResourceType): FilterOfType {
  const reading = createReading('strict');
  return resolveFilterAcross(parseFilter(text, reading), type, [USER, GROUP], reading);
}

function alone(text: string, type: ResourceType): FilterOfType {
  const reading = createReading('strict');
  return resolveFilter(parseFilter(text, reading), type, reading);
}

test.each([
  ['userName eq "ana"', false],
  ['userName ne "ana"', true],
  ['userName pr', false],
  ['userName eq null', true],
  ['userName ne null', false],
  ['emails[type eq "work"]', false],
  ['not (userName pr)', true],
  ['userName pr and displayName pr', false],
  ['displayName pr or userName ne "ana"', true],
])('for groups, which have no user names, %s is %s', (text, expected) => {
  expect(across(text, GROUP)).toBe(expected);
});

test('what is left of a filter without the attributes that the type lacks is asked', () => {
  const left = alone('displayName eq "Data"', GROUP);
  expect(across('displayName eq "Data" or userName eq "ana"', GROUP)).toEqual(left);
  expect(across('displayName eq "Data" and not (userName pr)', GROUP)).toEqual(left);
  expect(across('not (displayName eq "Data" or userName pr)', GROUP)).toEqual({ kind: 'not', child: left });
});

test('a filter on attributes that both types have is the same as for one alone', () => {
  const text = 'displayName co "a" and (meta.created gt "2026-01-01T00:00:00Z" or id pr)';
  expect(across(text, USER)).toEqual(alone(text, USER));
  expect(across(text, GROUP)).toEqual(alone(text, GROUP));
});

test('an attribute that no type has is refused, as one that must not be asked for', () => {
  for (const text of ['shoeSize eq "44"', 'displayName pr or name.shoeSize pr', 'password pr']) {
    expect(refusalOf(() => across(text, USER))).toMatch(/^400 invalidFilter: /);
  }
  expect(refusalOf(() => across('shoeSize pr', GROUP))).toMatch(/^400 invalidFilter: /);
});
