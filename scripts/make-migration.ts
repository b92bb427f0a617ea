// `npm run db:migrate -- --name what_changes`: makes and applies a migration from the changes in prisma/schema.prisma,
// on the embedded Postgres (or DATABASE_URL). More arguments go to `prisma migrate dev`, such as --create-only.
import { spawnSync } from 'node:child_process';
import { sentenceFor } from '@/lib/server/host/problem.mjs';
import { openDatabase } from '@/lib/server/pg/database.ts';

try {
  const database = await openDatabase(console.log);
  try {
    const prisma = spawnSync('npx', ['prisma', 'migrate', 'dev', ...process.argv.slice(2)], {
      stdio: 'inherit',
      env: { ...process.env, DATABASE_URL: database.url },
    });
    process.exitCode = prisma.status ?? 1;
  } finally {
    await database.stop();
  }
} catch (error) {
  console.error(sentenceFor(error) ?? error);
  process.exitCode = 1;
}
