import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { seriesKey } from '@/lib/contract/manifest.ts';
import { composeInputs } from '@/lib/core/image/inputs.ts';
import { type Quantisation, quantisationFor } from '@/lib/core/image/quantisation.ts';
import { AUX_LENGTH, IMAGE } from '@/lib/core/image/schema.ts';
import { openSnapshot, type Snapshot } from '@/lib/core/snapshot.ts';
import { assignSplit, type SplitPlan } from '@/lib/core/split.ts';
import type { DatasetRow } from './candidate.ts';
import { createNpy } from './npy.ts';
import { splitWindow } from './split-window.ts';

/** Windows written at once: 3 MB. */
const CHUNK = 256;

/** Not `aux`: Windows keeps that name, with any ending, for a device. */
const FILES = { images: 'images.npy', aux: 'auxiliary.npy' } as const;

export interface ImagesInput {
  readonly folder: string;
  readonly rows: readonly DatasetRow[];
  readonly plan: SplitPlan;
  readonly quantisation: Quantisation;
  /** Snapshots of `rows`, in their order. */
  readonly snapshots: AsyncIterable<Snapshot>;
  readonly onRows: (done: number) => void;
}

/**
 * Composes what models see of every row, a chunk in memory at a time: the image into `images.npy`, the auxiliary values
 * into `auxiliary.npy`. A row whose own first bar, further back than its timeframe says because of a gap, lies outside
 * its split stays out.
 * @returns the rows written with their own first bars, in order, a hash of each one's image, and the SHA-256 of each
 * file's data
 */
export async function writeImages(
  input: ImagesInput,
): Promise<{ rows: DatasetRow[]; imageHashes: string[]; files: Record<string, string> }> {
  const { size, channels, bytes } = IMAGE;
  const imageFile = await createNpy(join(input.folder, FILES.images), '|u1', [size, size, channels]);
  const auxFile = await createNpy(join(input.folder, FILES.aux), '<f4', [AUX_LENGTH]);
  const images = new Uint8Array(CHUNK * bytes);
  const aux = new Float32Array(CHUNK * AUX_LENGTH);
  const chunk = { count: CHUNK, images, aux };
  const written: DatasetRow[] = [];
  const imageHashes: string[] = [];
  let filled = 0;
  let index = 0;
  const flush = async () => {
    await imageFile.append(images.subarray(0, filled * bytes));
    await auxFile.append(new Uint8Array(aux.buffer, 0, filled * AUX_LENGTH * aux.BYTES_PER_ELEMENT));
    filled = 0;
    input.onRows(index);
  };
  try {
    for await (const snapshot of input.snapshots) {
      const row = input.rows[index++];
      const { bars, indicators, t, windowStart } = openSnapshot(snapshot);
      const window = splitWindow(row.series, row.candidate.ts, bars.ts[windowStart]);
      if (assignSplit(window, input.plan) !== row.split) continue;
      const quantisation = quantisationFor(input.quantisation, seriesKey(row.series));
      composeInputs(chunk, filled, bars, indicators, t, quantisation);
      written.push({ ...row, firstTs: window.firstTs });
      imageHashes.push(hashOf(images.subarray(filled * bytes, (filled + 1) * bytes)));
      if (++filled === CHUNK) await flush();
    }
    await flush();
    const files = {
      [FILES.images]: (await imageFile.finish()).sha256,
      [FILES.aux]: (await auxFile.finish()).sha256,
    };
    return { rows: written, imageHashes, files };
  } catch (error) {
    await Promise.allSettled([imageFile.abandon(), auxFile.abandon()]);
    throw error;
  }
}

/** Half of its SHA-256: enough to tell any two images apart. */
function hashOf(image: Uint8Array): string {
  return createHash('sha256').update(image).digest('hex').slice(0, 32);
}
