import { describe, expect, it } from 'vitest';
import { readCopyBinary } from './copy-binary.ts';

const int16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), int32(0), int32(0)]);
const field = (text: string) => Buffer.concat([int32(text.length), Buffer.from(text)]);
const COPY = Buffer.concat([
  HEADER,
  int16(2),
  field('alpha'),
  field(''),
  int16(2),
  int32(-1),
  field('gamma'),
  int16(-1),
]);

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function read(bytes: Buffer, size: number) {
  const rows: (string | null)[][] = [];
  for await (const fields of readCopyBinary(inPieces(bytes, size))) {
    rows.push(fields.map((value) => value?.toString() ?? null));
  }
  return rows;
}

describe('binary COPY', () => {
  it.each([1, 2, 3, 7, 1000])('reads the same rows in pieces of %i bytes', async (size) => {
    expect(await read(COPY, size)).toEqual([
      ['alpha', ''],
      [null, 'gamma'],
    ]);
  });

  it('refuses a stream that ends within a row', async () => {
    await expect(read(COPY.subarray(0, COPY.length - 6), 64)).rejects.toThrow('the end mark is missing');
  });
});
