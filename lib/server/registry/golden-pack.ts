import { createHash } from 'node:crypto';
import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import type { GoldenPack } from '@/lib/contract/golden.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { goldenWindows } from '@/lib/core/golden-windows.ts';
import { allocateInputs, composeInputs, type ModelInputs } from '@/lib/core/image/inputs.ts';
import type { Quantisation } from '@/lib/core/image/quantisation.ts';
import { AUX_LENGTH, type FeatureSchema, IMAGE } from '@/lib/core/image/schema.ts';
import type { ModelSession } from '../serving/session.ts';

type GoldenEntry = GoldenPack['windows'][number];

/** The golden windows as a model of a feature schema sees them. */
export function goldenInputs(schema: FeatureSchema, quantisation: Quantisation): ModelInputs {
  const windows = goldenWindows();
  const inputs = allocateInputs(schema, windows.length);
  for (const [i, { bars, indicators, t }] of windows.entries())
    composeInputs(inputs, i, bars, indicators, t, quantisation.global);
  return inputs;
}

/** What a model says of the golden windows here and now; composing and running are the app's own. */
export async function makeGoldenPack(session: ModelSession, quantisation: Quantisation): Promise<GoldenPack> {
  const inputs = goldenInputs(session.schema, quantisation);
  const said = await session.run(inputs);
  const row = (values: Float32Array, i: number, width: number) =>
    Array.from(values.subarray(i * width, (i + 1) * width));
  return {
    format: 1,
    feature_schema_ver: session.schema,
    windows: Array.from({ length: inputs.count }, (_, i) => ({
      image_sha256: createHash('sha256')
        .update(inputs.images.subarray(i * IMAGE.bytes, (i + 1) * IMAGE.bytes))
        .digest('hex'),
      aux: inputs.aux && row(inputs.aux, i, AUX_LENGTH),
      probs: row(said.probabilities, i, CLASS_COUNT),
      pole_katr: said.poleKatr[i],
      embed: row(said.embedding, i, EMBEDDING_SIZE),
    })),
  };
}

/** Furthest apart of the auxiliary values of two entries; 0 where neither has any. */
export const auxApart = (a: GoldenEntry, b: GoldenEntry): number => furthest(a.aux ?? [], b.aux ?? []);

/** Furthest apart of what two entries say of a window. */
export const outputsApart = (a: GoldenEntry, b: GoldenEntry): number =>
  furthest([...a.probs, a.pole_katr, ...a.embed], [...b.probs, b.pole_katr, ...b.embed]);

function furthest(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}
