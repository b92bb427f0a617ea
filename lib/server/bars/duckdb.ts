import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBVector,
} from '@duckdb/node-api';

const SETTINGS = {
  // Never the network.
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  // Rows keep the order of their lines; more threads than that buys nothing on the machines this runs on.
  threads: '4',
};
/** What a spilling DuckDB holds in memory; the rest of its tables and sorts lies on disk. */
const SPILLING_MEMORY = '512MB';

let shared: Promise<DuckDBInstance> | undefined;

/** The rows that `sql` selects from files, a few thousand at a time: from this process's DuckDB, which holds no tables. */
export async function* selectChunks(sql: string, signal?: AbortSignal): AsyncGenerator<DuckDBDataChunk> {
  shared ??= DuckDBInstance.create(':memory:', SETTINGS);
  const connection = await (await shared).connect();
  try {
    yield* streamChunks(connection, sql, signal);
  } finally {
    connection.closeSync();
  }
}

/**
 * Gives `work` a DuckDB of its own whose tables may be larger than memory: what does not fit goes into `folder`.
 * @param folder exists; whoever made it removes it
 */
export async function withSpillingDuckDb<Result>(
  folder: string,
  work: (duckdb: DuckDBInstance) => Promise<Result>,
): Promise<Result> {
  const duckdb = await DuckDBInstance.create(':memory:', {
    ...SETTINGS,
    memory_limit: SPILLING_MEMORY,
    temp_directory: folder,
  });
  try {
    return await work(duckdb);
  } finally {
    duckdb.closeSync();
  }
}

/** Waits for one step of a connection's work, which `signal` stops. */
export async function interruptible<Result>(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  step: () => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    return await step();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

/** The rows that `sql` selects, a few thousand at a time; the connection does nothing else meanwhile. */
export async function* streamChunks(
  connection: DuckDBConnection,
  sql: string,
  signal?: AbortSignal,
): AsyncGenerator<DuckDBDataChunk> {
  const result = await interruptible(connection, signal, () => connection.stream(sql));
  for (;;) {
    const chunk = await interruptible(connection, signal, () => result.fetchChunk());
    if (!chunk || chunk.rowCount === 0) return;
    yield chunk;
  }
}

/** A copy of a column of DOUBLE, one value a row: the chunk's own memory goes with it. */
export function doublesOf(chunk: DuckDBDataChunk, column: number): Float64Array {
  return memoryOf(chunk.getColumnVector(column)).slice(0, chunk.rowCount);
}

/** The memory of a column of DOUBLE. */
export function memoryOf(vector: DuckDBVector): Float64Array {
  if ('items' in vector && vector.items instanceof Float64Array) return vector.items;
  throw new TypeError(`DuckDB answered a ${vector.constructor.name} where DOUBLE was asked for`);
}

/** A text as an SQL literal, for the statements that take no parameters. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
