import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { getPool } from '../db/connection.ts';
import { readCopyBinary } from './copy-binary.ts';

/** Snapshots are about 10 kB: what lies in memory stays a few MB however many are asked for. */
const BATCH = 256;

/**
 * Reads snapshots in the order of `hashes`, a batch ahead of its reader and never more, so that memory is constant.
 * A hash may come several times.
 * @throws Error naming a hash that is not stored (its series was deleted meanwhile)
 */
export async function* streamSnapshots(
  hashes: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
  let next = readBatch(hashes.slice(0, BATCH));
  for (let from = 0; from < hashes.length; from += BATCH) {
    const batch = await next;
    signal.throwIfAborted();
    next = readBatch(hashes.slice(from + BATCH, from + 2 * BATCH));
    // The reader may stop before it comes to this one.
    next.catch(() => undefined);
    for (let index = from; index < Math.min(from + BATCH, hashes.length); index++) {
      const bytes = batch.get(hashes[index]);
      if (!bytes) throw new Error(`snapshot ${hashes[index]} is no longer stored: was its series deleted?`);
      yield { index, bytes };
    }
  }
}

async function readBatch(hashes: readonly string[]): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  if (hashes.length === 0) return found;
  const wanted = [...new Set(hashes)].map((hash) => pg.escapeLiteral(hash)).join(',');
  const client = await getPool().connect();
  try {
    const rows = client.query(
      copyTo(
        `COPY (SELECT "hash", "bytes" FROM "Snapshot" WHERE "hash" IN (${wanted})) TO STDOUT (FORMAT binary)`,
      ),
    );
    for await (const [hash, bytes] of readCopyBinary(rows)) {
      if (hash && bytes) found.set(hash.toString('utf8'), bytes);
    }
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
  return found;
}
