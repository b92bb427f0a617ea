import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensurePythonEnv, isPythonEnvReady, pythonOf } from './python-env.ts';

test('an environment is made once, follows its requirements, and is made anew when it was left half-made', async () => {
  const base = mkdtempSync(join(tmpdir(), 'halyard-python-'));
  const folder = join(base, 'venv');
  const plain = join(base, 'requirements.txt');
  const more = join(base, 'requirements-dev.txt');
  for (const file of [plain, more]) writeFileSync(file, '# nothing\n');

  expect(await ensurePythonEnv({ folder, requirements: [plain, more] })).toBe(true);
  expect(existsSync(pythonOf(folder))).toBe(true);
  // Who asks for less than was installed finds it there.
  expect(await ensurePythonEnv({ folder, requirements: [plain] })).toBe(false);

  writeFileSync(plain, 'halyard-has-no-such-package==0\n');
  expect(await isPythonEnvReady({ folder, requirements: [plain] })).toBe(false);
  await expect(ensurePythonEnv({ folder, requirements: [plain], pipArgs: '--no-index' })).rejects.toThrow(
    /pip failed .*halyard-has-no-such-package/,
  );

  writeFileSync(plain, '# something else\n');
  writeFileSync(join(folder, 'left-over'), '');
  rmSync(join(folder, 'halyard-requirements.json'));
  expect(await ensurePythonEnv({ folder, requirements: [plain] })).toBe(true);
  expect(existsSync(join(folder, 'left-over'))).toBe(false);
}, 180_000);
