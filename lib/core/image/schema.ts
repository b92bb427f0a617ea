/** The image that a model of any feature schema sees. */
export const IMAGE = {
  /** Rows and columns; a column is a bar, so this is also the window's length. */
  size: 64,
  channels: 3,
  /** Bytes of one image, laid out [row][x][channel]. */
  bytes: 64 * 64 * 3,
} as const;

/** Values beside the image that a model of feature schema 2 reads, float32 (auxiliary.ts). */
export const AUX_LENGTH = 18;

const IMAGE_TEXT = [
  'halyard-image-1: uint8 [row 64][x 64][channel 3], row 0 on top, x = 63 is bar t',
  'q8(v) = floor(clamp(v,0,1)*255 + 0.5), NaN -> 128; hi, lo = extremes of high and low over the window',
  'row(p) = clamp(floor((hi-p)/max(hi-lo,1e-12)*64), 0, 63)',
  '0: s = 0.5 + 0.5*(high-low)/max(high-low); rows row(high)..row(low) = q8(0.35*s); then rows row(max(open,close))..row(min(open,close)) = q8(s) if close >= open else q8(0.65*s)',
  '1: d = close/EMA21 - 1; m = sign(d)*log1p|d|; v = 0.5 + 0.5*clip(m/M,-1,1)',
  '2: r = RSI14/100; dr = r - r[-1]; pc = (z(r)+z(dr))/sqrt(2); v = (pc-p0.5)/(p99.5-p0.5)',
  '1 and 2 painted from the middle: u = q8(v), rr = ((255-u)*64)>>8; rr <= 31: rows rr..31 = 255; else rows 32..rr = 128',
].join('\n');

const AUX_TEXT = [
  `halyard-aux-1: float32 [${AUX_LENGTH}], 0 wherever the value is unknown or not finite`,
  '0-2: clip(volume z, -3, 6)/2 at t-2..t',
  '3-7: 3*delta/volume at t-4..t, delta = 2*taker - volume',
  '8: clip(z, -4, 4)/2, z of ln ATR14 over t-99..t, sample std, 0 when that is 0',
  '9: ln((hi-lo)/ATR14) - 2; hi, lo = extremes of high and low over the window',
  '10-13: ln(ATR14[t-k]/ATR14[t]), k = 16, 32, 48, 63',
  '14: 3*((high - max(open,close))/(high-low) - 0.3); 15: 3*((min(open,close) - low)/(high-low) - 0.3); both 0 when high = low',
  '16: min((high-low)/ATR14, 4) - 1',
  '17: 1 where some j in t-2..t has delta[j-1] < 0 < delta[j], else 0 where a delta of t-3..t is unknown, else -1',
].join('\n');

/**
 * The feature schemas, by the version that data sets and models carry: the names of the inputs that a model's graph
 * has, and what they hold in words exact enough to be hashed. Any change of a formula changes the text, and with it the
 * hash that a data set's manifest stores.
 */
export const FEATURE_SCHEMAS = {
  1: { inputs: ['image'], text: IMAGE_TEXT },
  2: { inputs: ['image', 'aux'], text: `${IMAGE_TEXT}\n${AUX_TEXT}` },
} as const;

export type FeatureSchema = keyof typeof FEATURE_SCHEMAS;

/** The known versions, oldest first. */
export const FEATURE_SCHEMA_VERSIONS = [1, 2] as const satisfies readonly FeatureSchema[];

/** Whether this app can make the inputs of that version. */
export function isFeatureSchema(version: number): version is FeatureSchema {
  return Object.hasOwn(FEATURE_SCHEMAS, version);
}
