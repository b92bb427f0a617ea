import { allocateBars, BAR_FIELDS, type Bars } from './bar.ts';

/** Bytes of one bar in {@link putBarColumns}'s layout. */
export const BAR_BYTES = BAR_FIELDS.length * 8;

/** Layout, little-endian: "HYBR", u16 version, u16 zero, u32 bars, u32 zero; then the columns. */
const MAGIC = 0x5242_5948;
const VERSION = 1;
const HEADER_BYTES = 16;

/** Bars as bytes, exact: what a chart gets from the server. */
export function encodeBars(bars: Bars): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + BAR_BYTES * bars.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint32(8, bars.length, true);
  putBarColumns(view, HEADER_BYTES, bars);
  return bytes;
}

/**
 * The bars that `bytes` hold.
 * @throws RangeError saying what is wrong when they are no bars of a known version, or cut short
 */
export function decodeBars(bytes: Uint8Array): Bars {
  if (bytes.length < HEADER_BYTES) {
    throw new RangeError(`bars: ${bytes.length} bytes are less than the ${HEADER_BYTES} of their header`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('bars: the bytes do not begin with "HYBR"');
  const version = view.getUint16(4, true);
  if (version !== VERSION)
    throw new RangeError(`bars: version ${version} is not the known version ${VERSION}`);
  const length = view.getUint32(8, true);
  const expected = HEADER_BYTES + BAR_BYTES * length;
  if (bytes.length !== expected) {
    throw new RangeError(`bars: ${bytes.length} bytes for ${length} bars, expected ${expected}`);
  }
  return readBarColumns(view, HEADER_BYTES, length);
}

/** Writes ts, open, high, low, close, volume and taker volume from `at` on, each a little-endian column of f64. */
export function putBarColumns(view: DataView, at: number, bars: Bars): void {
  for (const column of BAR_FIELDS) {
    for (let i = 0; i < bars.length; i++) {
      putFloat(view, at, bars[column][i]);
      at += 8;
    }
  }
}

/** Reads what {@link putBarColumns} wrote. */
export function readBarColumns(view: DataView, at: number, length: number): Bars {
  const bars = allocateBars(length);
  for (const column of BAR_FIELDS) {
    for (let i = 0; i < length; i++) {
      bars[column][i] = view.getFloat64(at, true);
      at += 8;
    }
  }
  return bars;
}

/** Writes a little-endian f64. An engine may write any of the many NaNs; only one of them keeps hashes stable. */
export function putFloat(view: DataView, at: number, value: number): void {
  if (Number.isNaN(value)) {
    view.setUint32(at, 0, true);
    view.setUint32(at + 4, 0x7ff8_0000, true);
  } else {
    view.setFloat64(at, value, true);
  }
}
