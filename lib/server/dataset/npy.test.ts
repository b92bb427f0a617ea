import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fixture from './fixtures/npy-headers.json' with { type: 'json' };
import { createNpy, type NpyType, npyHeader, writeNpyVector } from './npy.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halyard-npy-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('npy', () => {
  it.each(fixture.headers)("writes numpy's own header for $type $shape", ({ type, shape, hex }) => {
    expect(npyHeader(type as NpyType, shape).toString('hex')).toBe(hex);
  });

  it('counts appended rows into the header and leaves the data as it came', async () => {
    const path = join(folder, 'images.npy');
    const writer = await createNpy(path, '|u1', [2, 3]);
    await writer.append(Uint8Array.from([1, 2, 3, 4, 5, 6]));
    await writer.append(Uint8Array.from([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]));
    const { rows } = await writer.finish();
    const bytes = await readFile(path);
    expect(rows).toBe(3);
    expect(bytes.subarray(0, 128)).toEqual(npyHeader('|u1', [3, 2, 3]));
    expect([...bytes.subarray(128)]).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
  });

  it('refuses half a row', async () => {
    const writer = await createNpy(join(folder, 'half.npy'), '<f4', []);
    await expect(writer.append(new Uint8Array(6))).rejects.toThrow('6 bytes are no whole rows of 4');
    await writer.abandon();
  });

  it('writes a view of a larger buffer without its neighbours', async () => {
    const path = join(folder, 'view.npy');
    await writeNpyVector(path, Int32Array.from([9, 1, -2, 9]).subarray(1, 3));
    const data = (await readFile(path)).subarray(128);
    expect([data.length, data.readInt32LE(0), data.readInt32LE(4)]).toEqual([8, 1, -2]);
  });
});
