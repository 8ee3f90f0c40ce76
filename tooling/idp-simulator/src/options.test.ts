import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

it('a mode alone plays 200 people and 25 groups for five days', () => {
  expect(parse('okta')).toEqual({
    result: {
      mode: 'okta',
      base: undefined,
      token: undefined,
      people: 200,
      groups: 25,
      seed: '1',
      days: 5,
      domain: undefined,
      outside: 0,
      connections: 5,
      licenseAttribute: true,
      report: undefined,
    },
    text: '',
  });
});

it('every option is read', () => {
  const { result } = parse(
    'entra-flag --base http://127.0.0.1:4001/scim/v2/a --token t --people 7 --groups 2 --seed s --days 0',
    '--domain acme.io --outside 10 --connections 3 --license-attribute --report r.json',
  );
  expect(result).toEqual({
    mode: 'entra-flag',
    base: new URL('http://127.0.0.1:4001/scim/v2/a'),
    token: 't',
    people: 7,
    groups: 2,
    seed: 's',
    days: 0,
    domain: 'acme.io',
    outside: 10,
    connections: 3,
    licenseAttribute: true,
    report: 'r.json',
  });
});

it('Entra opens eight connections and maps no license unless asked', () => {
  expect(parse('entra').result).toMatchObject({ connections: 8, licenseAttribute: false });
});

it.each([
  ['', "missing required argument 'mode'"],
  ['google', 'Use one of okta, okta-custom, entra, entra-flag.'],
  ['okta --people 0', 'Use a whole number from 1 to 200000.'],
  ['okta --people 1e3', 'Use a whole number'],
  ['okta --outside 101', 'Use a whole number from 0 to 100.'],
  ['okta --base nowhere --token t', 'Use a whole http(s) URL'],
  ['okta --base ftp://x --token t', 'Use a whole http(s) URL'],
  ['okta --base http://x.io', '--base needs --token'],
  ['okta --token t', '--token needs --base'],
  ['okta --license-attribute', 'Okta always maps the attribute'],
  ['okta --domain nowhere', 'Use a domain such as acme.example.'],
  ['okta --colour red', "unknown option '--colour'"],
  ['okta entra', 'too many arguments'],
])('"%s" is refused with exit code 2 and a reason', (argv, reason) => {
  const { result, text } = parse(argv);
  expect(result).toBe(2);
  expect(text).toContain(reason);
});

it('help is no failure', () => {
  const { result, text } = parse('--help');
  expect(result).toBe(0);
  expect(text).toContain('--seed <seed>');
});

function parse(...argv: string[]): { result: ReturnType<typeof parseOptions>; text: string } {
  let text = '';
  const note = (more: string): void => {
    text += more;
  };
  const result = parseOptions(argv.join(' ').split(' ').filter(Boolean), { out: note, err: note });
  return { result, text };
}
