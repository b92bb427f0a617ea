import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSecrets } from './secrets.ts';

const fresh = () => join(mkdtempSync(join(tmpdir(), 'halyard-secrets-')), 'home', 'secrets.json');

test('the first reading makes the secrets, the next ones return the same', () => {
  const file = fresh();
  const made = readSecrets(file);
  expect(made.auth).toMatch(/^[0-9a-f]{64}$/);
  expect(readSecrets(file)).toEqual(made);
  expect(readSecrets(fresh()).auth).not.toBe(made.auth);
});

test('only their owner can read them', () => {
  const file = fresh();
  readSecrets(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a damaged file is refused and left as it is, because new secrets sign everybody out', () => {
  for (const text of ['', '{', '{"auth":"short"}']) {
    const file = fresh();
    readSecrets(file);
    writeFileSync(file, text);
    expect(() => readSecrets(file)).toThrow(/is damaged: restore it/);
  }
});
