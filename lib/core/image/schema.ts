/** The feature schema that models, data sets and images carry; whatever is loaded with another version is refused. */
export const FEATURE_SCHEMA = {
  version: 1,
  id: 'halyard-image-1',
  /** Rows and columns of the image; a column is a bar, so this is also the window's length. */
  size: 64,
  channels: 3,
  /** Bytes of one image, laid out [row][x][channel]. */
  bytes: 64 * 64 * 3,
} as const;

/**
 * What feature schema 1 computes, in words exact enough to be hashed: any change of a formula changes this text, and
 * with it the hash that a data set's manifest stores.
 */
export const FEATURE_SCHEMA_TEXT = [
  `${FEATURE_SCHEMA.id}: uint8 [row 64][x 64][channel 3], row 0 on top, x = 63 is bar t`,
  'q8(v) = floor(clamp(v,0,1)*255 + 0.5), NaN -> 128; hi, lo = extremes of high and low over the window',
  'row(p) = clamp(floor((hi-p)/max(hi-lo,1e-12)*64), 0, 63)',
  '0: s = 0.5 + 0.5*(high-low)/max(high-low); rows row(high)..row(low) = q8(0.35*s); then rows row(max(open,close))..row(min(open,close)) = q8(s) if close >= open else q8(0.65*s)',
  '1: d = close/EMA21 - 1; m = sign(d)*log1p|d|; v = 0.5 + 0.5*clip(m/M,-1,1)',
  '2: r = RSI14/100; dr = r - r[-1]; pc = (z(r)+z(dr))/sqrt(2); v = (pc-p0.5)/(p99.5-p0.5)',
  '1 and 2 painted from the middle: u = q8(v), rr = ((255-u)*64)>>8; rr <= 31: rows rr..31 = 255; else rows 32..rr = 128',
].join('\n');
