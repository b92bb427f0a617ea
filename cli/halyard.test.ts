import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('starts under Node itself, which is stricter than any bundler, with every module that its commands use', () => {
  const entry = fileURLToPath(new URL('halyard.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, '--help'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  for (const command of ['import', 'scan', 'train', 'model', 'verify'])
    expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
}, 60_000);
