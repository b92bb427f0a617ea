import { join } from 'node:path';
import { seriesKey } from '@/lib/contract/manifest.ts';
import { composeImage } from '@/lib/core/image/compose.ts';
import { type Quantisation, quantisationFor } from '@/lib/core/image/quantisation.ts';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import { openSnapshot, type Snapshot } from '@/lib/core/snapshot.ts';
import { assignSplit, type SplitPlan } from '@/lib/core/split.ts';
import type { DatasetRow } from './candidate.ts';
import { splitWindow } from './label-rows.ts';
import { createNpy } from './npy.ts';

/** Images written at once: 3 MB. */
const CHUNK = 256;

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
 * Composes the image of every row into `images.npy`, a chunk in memory at a time. A row whose own first bar, further
 * back than its timeframe says because of a gap, lies outside its split stays out.
 * @returns the rows written, in order, and the hash of the images
 */
export async function writeImages(input: ImagesInput): Promise<{ rows: DatasetRow[]; sha256: string }> {
  const { size, channels, bytes } = FEATURE_SCHEMA;
  const writer = await createNpy(join(input.folder, 'images.npy'), '|u1', [size, size, channels]);
  const chunk = new Uint8Array(CHUNK * bytes);
  const written: DatasetRow[] = [];
  let filled = 0;
  let index = 0;
  const flush = async () => {
    await writer.append(chunk.subarray(0, filled * bytes));
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
      composeImage(chunk, filled * bytes, bars, indicators, t, quantisation);
      written.push(row);
      if (++filled === CHUNK) await flush();
    }
    await flush();
    const { sha256 } = await writer.finish();
    return { rows: written, sha256 };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}
