import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MembershipChange } from './group.ts';
import { membershipEffect } from './membership-effect.ts';

const add = (...memberIds: string[]): MembershipChange => ({ kind: 'addMembers', memberIds });
const remove = (...memberIds: string[]): MembershipChange => ({ kind: 'removeMembers', memberIds });
const replace = (...memberIds: string[]): MembershipChange => ({ kind: 'replaceMembers', memberIds });

describe('what an ordered list of membership changes comes to', () => {
  it.each([
    { title: 'nothing', changes: [], replaces: false, joining: [], leaving: [] },
    { title: 'an addition', changes: [add('a', 'b')], replaces: false, joining: ['a', 'b'], leaving: [] },
    { title: 'a removal', changes: [remove('a')], replaces: false, joining: [], leaving: ['a'] },
    {
      title: 'the later removal',
      changes: [add('a'), remove('a')],
      replaces: false,
      joining: [],
      leaving: ['a'],
    },
    {
      title: 'the later addition',
      changes: [remove('a'), add('a')],
      replaces: false,
      joining: ['a'],
      leaving: [],
    },
    { title: 'a member named twice', changes: [add('a', 'a')], replaces: false, joining: ['a'], leaving: [] },
    {
      title: 'a replacement',
      changes: [add('a'), remove('b'), replace('c')],
      replaces: true,
      joining: ['c'],
      leaving: [],
    },
    {
      title: 'additions to a replacement',
      changes: [replace('a'), add('b')],
      replaces: true,
      joining: ['a', 'b'],
      leaving: [],
    },
    {
      title: 'removals from a replacement',
      changes: [replace('a', 'b'), remove('b', 'c')],
      replaces: true,
      joining: ['a'],
      leaving: [],
    },
    {
      title: 'the last replacement',
      changes: [replace('a'), replace('b')],
      replaces: true,
      joining: ['b'],
      leaving: [],
    },
    { title: 'a replacement by nobody', changes: [replace()], replaces: true, joining: [], leaving: [] },
  ])('is $title', ({ changes, replaces, joining, leaving }) => {
    expect(membershipEffect(changes)).toEqual({
      replaces,
      joining: new Set(joining),
      leaving: new Set(leaving),
    });
  });

  it('is what applying one change after the other to the members gives, whoever they were', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
    const kind = fc.constantFrom<MembershipChange['kind']>('addMembers', 'removeMembers', 'replaceMembers');
    const changes = fc.array(fc.record({ kind, memberIds: ids }), { maxLength: 8 });
    fc.assert(
      fc.property(ids, changes, (members, list) => {
        const { replaces, joining, leaving } = membershipEffect(list);
        const kept = replaces ? [] : members.filter((id) => !leaving.has(id));
        expect(new Set([...kept, ...joining])).toEqual(list.reduce(applyOne, new Set(members)));
      }),
      { seed: 7644, numRuns: 500 },
    );
  });
});

function applyOne(members: ReadonlySet<string>, { kind, memberIds }: MembershipChange): ReadonlySet<string> {
  if (kind === 'replaceMembers') return new Set(memberIds);
  if (kind === 'addMembers') return new Set([...members, ...memberIds]);
  return new Set([...members].filter((id) => !memberIds.includes(id)));
}
