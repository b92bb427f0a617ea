import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const GENERATED = 'lib/server/grpc/generated';

function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

test('the generated types are those of the proto file: after a change run "npm run proto:types"', () => {
  const folder = mkdtempSync(join(tmpdir(), 'halyard-proto-'));
  try {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const [, ...args] = scripts['proto:types'].replace(GENERATED, folder).split(' ');
    execFileSync(process.execPath, [
      'node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js',
      ...args,
    ]);
    expect(filesIn(folder)).toEqual(filesIn(GENERATED));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
