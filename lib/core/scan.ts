import type { Bars } from './bar.ts';
import { bisect } from './bisect.ts';
import {
  createEventState,
  EVENT,
  formEvents,
  NO_WINDOW,
  NONE_LABEL,
  UNDECIDED_LABEL,
  WEAK_CLASSES,
  type WeakClass,
  weakLabels,
} from './event.ts';
import {
  allocateIndicators,
  computeIndicators,
  type IndicatorColumns,
  stateBefore,
} from './indicator/compute-indicators.ts';
import { computeDelta } from './indicator/cvd.ts';
import type { RuleContext } from './rule/rule-context.ts';
import { RULE_IDS, type RuleId } from './rule/rule-set.ts';
import { RULES } from './rule/rules.ts';
import { FIRED, UNDECIDED } from './rule/vote.ts';
import type { ScanColumns } from './scan-columns.ts';
import { type KeptWindow, keepWindows } from './scan-keep.ts';
import type { ScanOptions } from './scan-options.ts';
import { findSegments, markValidWindows, type Segment } from './segment.ts';
import { WINDOW_BARS } from './window.ts';

const DAY_MS = 86_400_000;

interface ClassCount {
  /** Valid windows whose weak label it is. */
  readonly windows: number;
  readonly events: number;
  /** Windows over all valid windows; 0 where there are none. */
  readonly prevalence: number;
}

export interface ScanResult {
  readonly validWindows: number;
  /** By weak label, over every valid window. `none` has no events. */
  readonly classes: Readonly<Record<WeakClass, ClassCount>>;
  /** Valid windows at which each rule fires or abstains, whatever other rules say. */
  readonly rules: Readonly<Record<RuleId, { readonly fired: number; readonly undecided: number }>>;
  /** Valid windows with no weak label, because nothing fires and a rule abstains. */
  readonly undecidedWindows: number;
  /** Oldest first. */
  readonly kept: readonly KeptWindow[];
  /** What snapshots and charts of this series are made from. */
  readonly segments: readonly Segment[];
  readonly indicators: IndicatorColumns;
  readonly columns: ScanColumns;
}

/** A scan that is done in pieces, so that its caller can show progress and stop. */
export interface Scan {
  readonly totalBars: number;
  /** Scans up to `count` more bars; returns how many of all are done. The pieces' sizes change no result. */
  advance(count: number): number;
  /** @throws Error when bars are left to scan. */
  finish(): ScanResult;
}

/** Begins a scan of one series' valid bars. */
export function createScan(bars: Bars, options: ScanOptions): Scan {
  const { ruleSet, timeframeMs, segmentSettings } = options;
  const segments = findSegments(bars.ts, timeframeMs, segmentSettings);
  const indicators = allocateIndicators(bars.length);
  const delta = new Float64Array(bars.length);
  const context: RuleContext = { bars, indicators, delta, cvd: ruleSet.cvd };
  const columns = allocateColumns(bars.length);
  const eventState = createEventState(RULE_IDS.length);
  const firstScanned = firstInLookback(bars, options);
  let done = 0;
  let current = 0;

  const scanPiece = (segment: Segment, from: number, to: number): void => {
    continueIndicators(bars, segment, from, to, indicators);
    computeDelta(bars, from, to, ruleSet.cvd, delta);
    const begin = Math.max(from, firstScanned);
    if (begin < to)
      markValidWindows(bars.ts, timeframeMs, segment, segmentSettings, begin, to, columns.valid);
    // Rules are asked only where 63 bars of the segment lie before; what is not valid there is masked by its label.
    const firstWindow = Math.max(
      begin,
      segment.from + Math.max(segmentSettings.minSegmentIndex, WINDOW_BARS - 1),
    );
    if (firstWindow < to) {
      for (const rule of RULES) rule.scan(context, firstWindow, to, ruleSet, columns.states[rule.id]);
    }
    weakLabels(columns.states, columns.valid, from, to, columns.labels);
    formEvents(columns.labels, from, to, ruleSet.eventSpacingBars, eventState, columns.events);
  };

  return {
    totalBars: bars.length,
    advance(count) {
      const until = Math.min(bars.length, done + Math.max(1, Math.floor(count)));
      while (done < until) {
        const segment = segments[current];
        const to = Math.min(until, segment.to);
        scanPiece(segment, done, to);
        done = to;
        if (done === segment.to) current++;
      }
      return done;
    },
    finish() {
      if (done < bars.length) throw new Error(`scan finished after ${done} of ${bars.length} bars`);
      const kept = keepWindows(context, columns, options);
      return { ...count(columns), kept, segments, indicators, columns };
    },
  };
}

/** Scans one series' valid bars with all rules. */
export function scanSeries(bars: Bars, options: ScanOptions): ScanResult {
  const scan = createScan(bars, options);
  scan.advance(bars.length);
  return scan.finish();
}

function allocateColumns(length: number): ScanColumns {
  return {
    valid: new Uint8Array(length),
    states: {
      flag: new Uint8Array(length),
      wedge: new Uint8Array(length),
      blowoff: new Uint8Array(length),
      wick_exhaustion: new Uint8Array(length),
    },
    labels: new Uint8Array(length).fill(NO_WINDOW),
    events: new Uint8Array(length),
  };
}

function firstInLookback(bars: Bars, { lookbackDays }: ScanOptions): number {
  if (lookbackDays === 'all' || bars.length === 0) return 0;
  const since = bars.ts[bars.length - 1] - lookbackDays * DAY_MS;
  return bisect(bars.length, (i) => bars.ts[i] >= since);
}

/** Bars of a segment whose indicators still warm up are computed again from its start, as no state continues them. */
function continueIndicators(
  bars: Bars,
  segment: Segment,
  from: number,
  to: number,
  into: IndicatorColumns,
): void {
  const state = from === segment.from ? null : stateBefore(bars, into, from);
  computeIndicators(bars, state === null ? segment.from : from, to, state, into);
}

function count({ valid, states, labels, events }: ScanColumns) {
  const windows = new Array<number>(UNDECIDED_LABEL + 1).fill(0);
  const kept = new Array<number>(UNDECIDED_LABEL + 1).fill(0);
  let validWindows = 0;
  for (let t = 0; t < labels.length; t++) {
    if (valid[t] === 0) continue;
    validWindows++;
    windows[labels[t]]++;
    if (events[t] === EVENT) kept[labels[t]]++;
  }
  const ofClass = (id: WeakClass): ClassCount => {
    const label = WEAK_CLASSES.indexOf(id);
    const prevalence = validWindows === 0 ? 0 : windows[label] / validWindows;
    return { windows: windows[label], events: kept[label], prevalence };
  };
  const ofRule = (id: RuleId) => {
    let fired = 0;
    let undecided = 0;
    for (let t = 0; t < labels.length; t++) {
      if (valid[t] === 0) continue;
      if (states[id][t] === FIRED) fired++;
      else if (states[id][t] === UNDECIDED) undecided++;
    }
    return { fired, undecided };
  };
  return {
    validWindows,
    classes: {
      flag: ofClass('flag'),
      wedge: ofClass('wedge'),
      blowoff: ofClass('blowoff'),
      wick_exhaustion: ofClass('wick_exhaustion'),
      none: { ...ofClass(WEAK_CLASSES[NONE_LABEL]), events: 0 },
    },
    rules: {
      flag: ofRule('flag'),
      wedge: ofRule('wedge'),
      blowoff: ofRule('blowoff'),
      wick_exhaustion: ofRule('wick_exhaustion'),
    },
    undecidedWindows: windows[UNDECIDED_LABEL],
  };
}
