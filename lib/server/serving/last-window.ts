import type { Bars } from '@/lib/core/bar.ts';
import { createBarCheck } from '@/lib/core/bar-validation.ts';
import { allocateInputs, composeInputs, type ModelInputs } from '@/lib/core/image/inputs.ts';
import type { QuantisationRow } from '@/lib/core/image/quantisation.ts';
import type { FeatureSchema } from '@/lib/core/image/schema.ts';
import { computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { findSegments, type SegmentSettings, segmentAt } from '@/lib/core/segment.ts';
import { timeframeMs } from '@/lib/core/timeframe.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { findWindowFault, windowFaultWords } from '@/lib/core/window-fault.ts';
import { Refusal } from '../error.ts';

/**
 * Bars before the window that whoever sends bars must send too. The averages behind EMA21 and RSI14 begin anew with the
 * first of them; after 256 bars less than 10⁻⁸ of that beginning is left: (13/14)²⁵⁶ of RSI and ATR, (10/11)²⁵⁶ of the EMA.
 */
export const SENT_WARMUP_BARS = 256;
export const FEWEST_BARS = SENT_WARMUP_BARS + WINDOW_BARS;
/** More say nothing more about the last window. */
export const MOST_BARS = 5000;

/**
 * The window that ends with the last of these bars, as a model of that schema sees it and everything else here composes it.
 * @param timeframe as it was sent
 * @param settings the gaps that the series may have
 * @throws Refusal `invalid` naming the bar, its value and what is needed
 */
export function composeLastWindow(
  bars: Bars,
  timeframe: string,
  settings: SegmentSettings,
  quantisation: QuantisationRow,
  schema: FeatureSchema,
): ModelInputs {
  const barMs = parseTimeframe(timeframe);
  requireCount(bars.length);
  requireGood(bars, barMs);
  const t = bars.length - 1;
  const segment = segmentAt(findSegments(bars.ts, barMs, settings), t);
  const tsOf = (bar: number) => bars.ts[bar];
  const fault = findWindowFault(tsOf, barMs, segment, { ...settings, minSegmentIndex: FEWEST_BARS - 1 }, t);
  if (fault) throw new Refusal('invalid', `No valid window ends at bars[${t}]: ${windowFaultWords(fault)}.`);
  const inputs = allocateInputs(schema, 1);
  composeInputs(inputs, 0, bars, computeIndicators(bars, segment.from, bars.length), t, quantisation);
  return inputs;
}

function parseTimeframe(timeframe: string): number {
  try {
    return timeframeMs(timeframe);
  } catch (error) {
    throw error instanceof RangeError ? new Refusal('invalid', `${error.message}.`) : error;
  }
}

function requireCount(count: number): void {
  if (count < FEWEST_BARS) {
    throw new Refusal(
      'invalid',
      `bars has ${count} bars, and ${FEWEST_BARS} are needed: the ${WINDOW_BARS} of the window and at least ${SENT_WARMUP_BARS} before them, from which its indicators warm up.`,
    );
  }
  if (count > MOST_BARS) {
    throw new Refusal(
      'invalid',
      `bars has ${count} bars: send the last ${FEWEST_BARS} to ${MOST_BARS} of them.`,
    );
  }
}

/** The first bar says on which grid the others lie. */
function requireGood(bars: Bars, barMs: number): void {
  const gridOffsetMs = ((bars.ts[0] % barMs) + barMs) % barMs;
  const { rejected } = createBarCheck({ timeframeMs: barMs, gridOffsetMs, describeAtMost: 1 }).check(bars);
  const first = rejected.reduce<(typeof rejected)[number] | null>(
    (least, one) => (least === null || one.row < least.row ? one : least),
    null,
  );
  if (first) throw new Refusal('invalid', `${first.message}. Send good bars only, oldest first.`);
}
