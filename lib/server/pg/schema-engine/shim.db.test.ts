import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database.drop());

function prisma(...args: string[]): { status: number | null; output: string } {
  const { root } = paths();
  const script = join(root, 'node_modules', 'prisma', 'build', 'index.js');
  const env = { ...process.env, DATABASE_URL: database.url };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

test("Prisma's own command reads the database through the shim and finds every migration applied", () => {
  const { status, output } = prisma('migrate', 'status');
  expect(output).toMatch(/Database schema is up to date/);
  expect(status).toBe(0);
});

test('the migrations make exactly what the schema describes', () => {
  const { status, output } = prisma(
    ...['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--exit-code'],
  );
  expect(output).toMatch(/No difference detected/);
  expect(status).toBe(0);
});
