/** "PGCOPY\n\xff\r\n\0", then flags and the length of an extension that nobody uses. */
const HEADER_BYTES = 19;

/**
 * The rows of a `COPY … TO STDOUT (FORMAT binary)`, each as its fields' bytes (null for NULL), views of the chunks
 * where they can be. The ordinary protocol would turn every bytea into hexadecimal text, twice as long.
 * Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
 */
export async function* readCopyBinary(chunks: AsyncIterable<Buffer>): AsyncGenerator<(Buffer | null)[]> {
  let pending: Buffer = Buffer.alloc(0);
  let headerSeen = false;
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    if (!headerSeen) {
      if (pending.length < HEADER_BYTES) continue;
      at = HEADER_BYTES + pending.readUInt32BE(HEADER_BYTES - 4);
      headerSeen = true;
    }
    for (;;) {
      const row = readRow(pending, at);
      if (row === null) break;
      yield row.fields;
      at = row.end;
    }
    pending = pending.subarray(at);
  }
  if (pending.length !== 2 || pending.readInt16BE(0) !== -1) {
    throw new Error(`COPY ended with ${pending.length} bytes left over: the end mark is missing`);
  }
}

/** The row at `at`, or null where the chunk ends before it does or the end mark stands there. */
function readRow(bytes: Buffer, at: number): { fields: (Buffer | null)[]; end: number } | null {
  if (bytes.length < at + 2) return null;
  const count = bytes.readInt16BE(at);
  if (count < 0) return null;
  const fields: (Buffer | null)[] = [];
  let end = at + 2;
  for (let i = 0; i < count; i++) {
    if (bytes.length < end + 4) return null;
    const length = bytes.readInt32BE(end);
    end += 4;
    if (length < 0) {
      fields.push(null);
      continue;
    }
    if (bytes.length < end + length) return null;
    fields.push(bytes.subarray(end, end + length));
    end += length;
  }
  return { fields, end };
}
