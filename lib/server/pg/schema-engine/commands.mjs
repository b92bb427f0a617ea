// The engine's `cli` commands, which Prisma runs before it speaks JSON-RPC.
import pg from 'pg';

/** Prisma's code for a Postgres or network error that it explains better than the message does. */
const PRISMA_CODES = new Map([
  ['3D000', 'P1003'],
  ['ECONNREFUSED', 'P1001'],
  ['28P01', 'P1000'],
]);

/**
 * Runs one of `can-connect-to-database`, `create-database`, `drop-database`.
 * @param {string} command @param {string} url
 * @returns {Promise<number>} the exit status; the reason goes to standard error as Prisma reads it
 */
export async function runCommand(command, url) {
  try {
    if (command === 'can-connect-to-database') await query(url, 'SELECT 1');
    else if (command === 'create-database') await query(adminUrl(url), `CREATE DATABASE ${nameOf(url)}`);
    else if (command === 'drop-database') await query(adminUrl(url), `DROP DATABASE ${nameOf(url)}`);
    else throw new Error(`unknown command ${command}`);
    return 0;
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    const known = PRISMA_CODES.get(code ?? '');
    const fields = known ? { message, error_code: known } : { message };
    const line = {
      timestamp: new Date().toISOString(),
      level: 'ERROR',
      fields,
      target: 'schema_engine::logger',
    };
    process.stderr.write(`${JSON.stringify(line)}\n`);
    return 1;
  }
}

/** @param {string} url @param {string} sql */
async function query(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** @param {string} url */
function nameOf(url) {
  return pg.escapeIdentifier(decodeURIComponent(new URL(url).pathname.slice(1)));
}

/** @param {string} url */
function adminUrl(url) {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  return admin.toString();
}
