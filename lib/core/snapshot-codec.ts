import { BAR_BYTES, putBarColumns, putFloat, readBarColumns } from './bar-codec.ts';
import type { IndicatorState } from './indicator/indicators.ts';
import type { Snapshot } from './snapshot.ts';
import { WINDOW_BARS } from './window.ts';

/**
 * Layout, little-endian: "HYSN", u16 version, u16 flags (bit 0: a state follows the header), u32 bars, u32 zero,
 * f64 timeframe; the state's five f64; then ts, open, high, low, close, volume, taker volume, each a column of f64.
 */
const MAGIC = 0x4e53_5948;
const VERSION = 1;
const HAS_STATE = 1;
const HEADER_BYTES = 24;
const STATE_FIELDS = ['atr', 'ema', 'averageGain', 'averageLoss', 'previousClose'] as const;

/**
 * A snapshot as bytes: exact, uncompressed, and the same bytes for the same snapshot on every machine, so that their
 * hash names the content.
 */
export function encodeSnapshot({ bars, state, timeframeMs }: Snapshot): Uint8Array<ArrayBuffer> {
  const stateBytes = state === null ? 0 : STATE_FIELDS.length * 8;
  const bytes = new Uint8Array(HEADER_BYTES + stateBytes + BAR_BYTES * bars.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, state === null ? 0 : HAS_STATE, true);
  view.setUint32(8, bars.length, true);
  view.setFloat64(16, timeframeMs, true);
  let at = HEADER_BYTES;
  if (state !== null) {
    for (const field of STATE_FIELDS) {
      putFloat(view, at, state[field]);
      at += 8;
    }
  }
  putBarColumns(view, at, bars);
  return bytes;
}

/**
 * The snapshot that `bytes` hold.
 * @throws RangeError saying what is wrong when they are no snapshot of a known version, or cut short
 */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  if (bytes.length < HEADER_BYTES) {
    throw new RangeError(`snapshot: ${bytes.length} bytes are less than the ${HEADER_BYTES} of its header`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('snapshot: the bytes do not begin with "HYSN"');
  const version = view.getUint16(4, true);
  if (version !== VERSION) {
    throw new RangeError(`snapshot: version ${version} is not the known version ${VERSION}`);
  }
  const flags = view.getUint16(6, true);
  if (flags > HAS_STATE) throw new RangeError(`snapshot: flags ${flags} are not 0 or ${HAS_STATE}`);
  const length = view.getUint32(8, true);
  const hasState = flags === HAS_STATE;
  const expected = HEADER_BYTES + (hasState ? STATE_FIELDS.length * 8 : 0) + BAR_BYTES * length;
  if (length < WINDOW_BARS || bytes.length !== expected) {
    throw new RangeError(
      `snapshot: ${bytes.length} bytes for ${length} bars, expected ${expected} bytes and at least ${WINDOW_BARS} bars`,
    );
  }
  const state = hasState ? readState(view, HEADER_BYTES) : null;
  const bars = readBarColumns(view, expected - BAR_BYTES * length, length);
  return { timeframeMs: view.getFloat64(16, true), bars, state };
}

function readState(view: DataView, at: number): IndicatorState {
  const field = (i: number) => view.getFloat64(at + 8 * i, true);
  return {
    atr: field(0),
    ema: field(1),
    averageGain: field(2),
    averageLoss: field(3),
    previousClose: field(4),
  };
}
