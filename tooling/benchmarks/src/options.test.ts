import { expect, test } from 'vitest';
import { OptionsError, readOptions } from './options.ts';

test('without options the sizes are those that the targets are meant for', () => {
  expect(readOptions([])?.sizes).toMatchObject({
    accounts: 1_000,
    users: 1_000_000,
    groupSize: 100_000,
    connections: 32,
    turns: 5,
  });
});

test('sizes, rows and files are read', () => {
  expect(
    readOptions(['--rows', '1, 13', '--users', '1000', '--seconds', '1', '--out', 'r.json']),
  ).toMatchObject({
    sizes: { users: 1_000, groupSize: 100, turn: { seconds: 1 } },
    rows: ['1', '13'],
    out: 'r.json',
  });
});

test.each([
  ['--users', '99'],
  ['--turns', '0'],
  ['--seconds', '1.5'],
  ['--unheard-of', '1'],
])('%s %s is refused with a message that names the option', (option, value) => {
  const read = (): unknown => readOptions([option, value]);
  expect(read).toThrow(OptionsError);
  expect(read).toThrow(option);
});
