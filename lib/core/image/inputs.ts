import type { Bars } from '../bar.ts';
import type { Indicators } from '../indicator/indicators.ts';
import { composeAux } from './auxiliary.ts';
import { composeImage } from './compose.ts';
import type { QuantisationRow } from './quantisation.ts';
import { AUX_LENGTH, type FeatureSchema, IMAGE } from './schema.ts';

/** What a model is run on: `count` windows as its feature schema sees them. */
export interface ModelInputs {
  readonly count: number;
  /** count × 12,288 bytes, [row][x][channel] each. */
  readonly images: Uint8Array;
  /** count × 18; null where the schema has no auxiliary values. */
  readonly aux: Float32Array | null;
}

const hasAux = (schema: FeatureSchema): boolean => schema === 2;

/** Room for `count` windows, all zero. */
export function allocateInputs(schema: FeatureSchema, count: number): ModelInputs {
  return {
    count,
    images: new Uint8Array(count * IMAGE.bytes),
    aux: hasAux(schema) ? new Float32Array(count * AUX_LENGTH) : null,
  };
}

/**
 * Composes the window that ends at bar t as number `i` of a batch. Allocates nothing.
 * @param bars the window and, for all its values to be known, 36 bars before it; without auxiliary values one
 * @param indicators of the same bars, aligned to them by index
 * @param quantisation the row that the model's table holds for this series
 */
export function composeInputs(
  out: ModelInputs,
  i: number,
  bars: Bars,
  indicators: Indicators,
  t: number,
  quantisation: QuantisationRow,
): void {
  composeImage(out.images, i * IMAGE.bytes, bars, indicators, t, quantisation);
  if (out.aux !== null) composeAux(out.aux, i * AUX_LENGTH, bars, indicators, t);
}

/** Windows `[from, to)` of a batch as views that share its memory. */
export function sliceInputs({ images, aux }: ModelInputs, from: number, to: number): ModelInputs {
  return {
    count: to - from,
    images: images.subarray(from * IMAGE.bytes, to * IMAGE.bytes),
    aux: aux?.subarray(from * AUX_LENGTH, to * AUX_LENGTH) ?? null,
  };
}

/** @throws RangeError where the arrays are not what `count` windows of the schema need */
export function requireInputs(schema: FeatureSchema, { count, images, aux }: ModelInputs): void {
  if (images.length !== count * IMAGE.bytes) {
    throw new RangeError(
      `inputs of ${images.length} bytes of images: ${count} windows have ${count * IMAGE.bytes}`,
    );
  }
  const needed = hasAux(schema) ? count * AUX_LENGTH : 0;
  if ((aux?.length ?? 0) !== needed) {
    throw new RangeError(
      `inputs of ${aux?.length ?? 0} auxiliary values: ${count} windows of feature schema ${schema} have ${needed}`,
    );
  }
}
