import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

/** Element types of the arrays a dataset holds, as numpy names them. */
export type NpyType = '|u1' | '|i1' | '<i4' | '<f4';
const ITEM_BYTES: Record<NpyType, number> = { '|u1': 1, '|i1': 1, '<i4': 4, '<f4': 4 };

/** numpy leaves room for a first axis of so many digits, so that a file can grow without moving its data. */
const GROWTH_DIGITS = 21;

/**
 * The header of a `.npy` file (format 1.0), byte for byte as numpy.save writes it: its length is the same for every
 * row count, so it can be written again once the rows are counted.
 * @param shape row-major; the first axis is rows
 */
export function npyHeader(type: NpyType, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const growth = ' '.repeat(GROWTH_DIGITS - String(shape[0]).length);
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }${growth}`;
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(total, ' ');
  header.write('\x93NUMPY\x01\x00', 0, 'latin1');
  header.writeUInt16LE(total - 10, 8);
  header.write(text, 10, 'latin1');
  header[total - 1] = 0x0a;
  return header;
}

/** A `.npy` file whose rows are appended; how many they are is known at its end. */
export interface NpyWriter {
  /** Appends whole rows. */
  append(bytes: Uint8Array): Promise<void>;
  /** Writes the true row count and closes; answers the rows and the SHA-256 of all data after the header. */
  finish(): Promise<{ rows: number; sha256: string }>;
  /** Closes without finishing: the file is not valid. */
  abandon(): Promise<void>;
}

/**
 * Starts a `.npy` file.
 * @param rowShape shape of one row; empty for a vector
 */
export async function createNpy(
  path: string,
  type: NpyType,
  rowShape: readonly number[],
): Promise<NpyWriter> {
  const file: FileHandle = await open(path, 'w');
  const hash: Hash = createHash('sha256');
  const rowBytes = ITEM_BYTES[type] * rowShape.reduce((product, n) => product * n, 1);
  let rows = 0;
  await file.write(npyHeader(type, [0, ...rowShape]));
  return {
    async append(bytes) {
      if (bytes.length % rowBytes !== 0) {
        throw new RangeError(`${path}: ${bytes.length} bytes are no whole rows of ${rowBytes}`);
      }
      hash.update(bytes);
      let written = 0;
      while (written < bytes.length) {
        written += (await file.write(bytes, written, bytes.length - written)).bytesWritten;
      }
      rows += bytes.length / rowBytes;
    },
    async finish() {
      await file.write(npyHeader(type, [rows, ...rowShape]), 0, undefined, 0);
      await file.close();
      return { rows, sha256: hash.digest('hex') };
    },
    abandon: () => file.close(),
  };
}

/** Writes a vector as a `.npy` file; answers the SHA-256 of its data. */
export async function writeNpyVector(
  path: string,
  values: Int8Array | Int32Array | Float32Array,
): Promise<string> {
  const type = values instanceof Int8Array ? '|i1' : values instanceof Int32Array ? '<i4' : '<f4';
  const writer = await createNpy(path, type, []);
  await writer.append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return (await writer.finish()).sha256;
}
