import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { domainOf, isAddress, sameIgnoringCase, withWorkEmail, workEmail } from './email-addresses.ts';

const WORK = { type: 'work', value: 'w@acme.example' };
const WORK_2 = { type: 'work', value: 'w2@acme.example' };
const HOME = { type: 'home', value: 'h@acme.example' };
const OTHER = { value: 'o@acme.example' };

describe('the work e-mail', () => {
  it.each<{ emails: JsonObject[]; is: string | undefined; why: string }>([
    { emails: [HOME, WORK], is: 'w@acme.example', why: 'the one of type work, wherever it stands' },
    {
      emails: [{ ...HOME, primary: true }, WORK],
      is: 'w@acme.example',
      why: 'type work goes before primary',
    },
    {
      emails: [WORK, { ...WORK_2, primary: true }],
      is: 'w2@acme.example',
      why: 'of several the primary one',
    },
    { emails: [WORK_2, WORK], is: 'w2@acme.example', why: 'of several without a primary one the first' },
    { emails: [{ ...WORK, type: 'Work' }, HOME], is: 'w@acme.example', why: 'types ignore case' },
    {
      emails: [HOME, { ...OTHER, primary: true }],
      is: 'o@acme.example',
      why: 'without work the primary one',
    },
    { emails: [HOME], is: 'h@acme.example', why: 'else the only one' },
    { emails: [HOME, OTHER], is: undefined, why: 'nothing tells which of two' },
    { emails: [], is: undefined, why: 'there is none' },
  ])('is $is: $why', ({ emails, is }) => {
    expect(workEmail({ emails })?.value).toBe(is);
  });

  it('is replaced where it stands, and the other entries are kept', () => {
    const emails = [{ ...HOME, primary: true }, WORK, { ...WORK_2, display: 'second' }];
    expect(withWorkEmail({ title: 'Lead', emails }, 'new@acme.example')).toEqual({
      title: 'Lead',
      emails: [emails[0], { type: 'work', value: 'new@acme.example' }, emails[2]],
    });
  });

  it('is added where there is none, as primary unless another entry is', () => {
    const added = { value: 'new@acme.example', type: 'work', primary: true };
    expect(withWorkEmail({}, 'new@acme.example')).toEqual({ emails: [added] });
    expect(withWorkEmail({ emails: [HOME, OTHER] }, 'new@acme.example')).toEqual({
      emails: [HOME, OTHER, added],
    });
  });
});

describe('an address', () => {
  it.each([
    'ana@acme.example',
    'ANA@ACME.EXAMPLE',
    'ana.ito+tag@acme.example.',
    'änne@bücher.example',
    '愛@例え.example',
    'guest_other.example#EXT#@acme.example',
    "o'neil@acme.example",
    `${'a'.repeat(300)}@acme.example`,
    'a@b',
  ])('can be %s', (text) => {
    expect(isAddress(text)).toBe(true);
  });

  it.each([
    '',
    'ana',
    '@acme.example',
    'ana@',
    'a@b@c',
    'ana @acme.example',
    'ana@acme.example ',
    'ana@acme\u00a0.example',
    'ana@acme.example\n',
    'an\u0000a@acme.example',
    'an\u0085a@acme.example',
  ])('cannot be %j', (text) => {
    expect(isAddress(text)).toBe(false);
  });

  it('is compared, and its domain told, without regard to case; a subdomain is another domain', () => {
    expect(sameIgnoringCase('Änne@Acme.example', 'äNNE@acme.EXAMPLE')).toBe(true);
    expect(domainOf('ana@Acme.EXAMPLE')).toBe('acme.example');
    expect(domainOf('ana@eu.acme.example')).not.toBe('acme.example');
    expect(domainOf('ana@acme.example.')).not.toBe('acme.example');
  });
});
