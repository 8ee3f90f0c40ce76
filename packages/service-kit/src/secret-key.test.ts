import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ensureSecretKey, secretKeys } from './secret-key.ts';

const [current, old, older] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const text = (key: Buffer) => key.toString('base64');

test('the key is that of the environment, with the previous ones', () => {
  const keys = secretKeys({
    ROLLCALL_SECRET_KEY: text(current),
    ROLLCALL_SECRET_KEY_PREVIOUS: `${text(old)}, ${text(older)}`,
  });
  expect(keys).toEqual({ current, previous: [old, older] });
});

test('without one in the environment it is that of the data directory, made once, for its owner alone', () => {
  const folder = dataDir();
  ensureSecretKey(folder);
  const first = secretKeys({ ROLLCALL_DATA_DIR: folder });
  ensureSecretKey(folder);
  expect(secretKeys({ ROLLCALL_DATA_DIR: folder })).toEqual(first);
  expect(first.current).toHaveLength(32);
  expect(statSync(join(folder, 'secret-key')).mode & 0o777).toBe(0o600);
});

test('without any, the message says how to get one', () => {
  expect(() => secretKeys({ ROLLCALL_DATA_DIR: dataDir() })).toThrow(/openssl rand -base64 32/u);
});

test.each(['short', text(randomBytes(31)), text(randomBytes(33)), `${text(current)}x`, 'ü'.repeat(44)])(
  '%j is no key, and no message shows it',
  (wrong) => {
    for (const name of ['ROLLCALL_SECRET_KEY', 'ROLLCALL_SECRET_KEY_PREVIOUS']) {
      const read = () => secretKeys({ ROLLCALL_SECRET_KEY: text(current), [name]: wrong });
      expect(read).toThrow(/32 bytes in base64/u);
      expect(read).not.toThrow(wrong);
    }
  },
);

function dataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
