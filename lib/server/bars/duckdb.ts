import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

let instance: Promise<DuckDBInstance> | undefined;

/**
 * Gives `work` a connection to this process's DuckDB: in memory, never the network. Tables made in it are temporary.
 */
export async function withDuckDb<Result>(
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  instance ??= DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Rows keep the order of their lines; more threads than that buys nothing on the machines this runs on.
    threads: '4',
  });
  const connection = await (await instance).connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}

/** A text as an SQL literal, for the statements that take no parameters. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
