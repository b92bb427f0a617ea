import { CLASS_COUNT, CLASS_IDS, classIndex, NONE } from '@/lib/contract/classes.ts';
import { createEventState, EVENT, formEvents, NO_WINDOW } from '@/lib/core/event.ts';
import { DEFAULT_RULE_SET } from '@/lib/core/rule/rule-set.ts';
import type { ScannedPart } from '@/workers/browser/scan-protocol.ts';
import type { MarkOf } from './mark.ts';

/** The model's word on one bar. */
export interface BarWord {
  /** One a class, calibrated for natural prevalence. */
  readonly probabilities: Float32Array;
  /** ATR units. */
  readonly poleKatr: number;
}

/** What one model says of the bars of one series, as far as it has been run over them. */
export interface ScanResults {
  add(part: ScannedPart): void;
  isDone(bar: number): boolean;
  /** Null where it was not run, or no valid window ends. */
  wordAt(bar: number): BarWord | null;
  /** Events of all that is scanned, oldest first, formed as those of rules are. */
  events(): readonly MarkOf<'model'>[];
}

/** A value a bar; five for the probabilities. */
interface Columns {
  readonly done: Uint8Array;
  /** Place of the most probable class; NO_WINDOW where none is known. */
  readonly labels: Uint8Array;
  readonly probabilities: Float32Array;
  readonly poles: Float32Array;
  /** All that is done lies in `[from, to)`. */
  from: number;
  to: number;
}

function allocateColumns(bars: number): Columns {
  return {
    done: new Uint8Array(bars),
    labels: new Uint8Array(bars).fill(NO_WINDOW),
    probabilities: new Float32Array(bars * CLASS_COUNT).fill(Number.NaN),
    poles: new Float32Array(bars).fill(Number.NaN),
    from: bars,
    to: 0,
  };
}

/**
 * Takes no memory before the first part: 26 bytes a bar then.
 * @param bars of the series
 * @param tsOf the stamp of a bar, ms UTC
 */
export function createScanResults(bars: number, tsOf: (bar: number) => number): ScanResults {
  let columns: Columns | null = null;
  let formed: readonly MarkOf<'model'>[] | null = [];

  return {
    add(part) {
      columns ??= allocateColumns(bars);
      const { done, labels, probabilities, poles } = columns;
      probabilities.set(part.probabilities, part.from * CLASS_COUNT);
      poles.set(part.poleKatr, part.from);
      done.fill(1, part.from, part.from + part.length);
      columns.from = Math.min(columns.from, part.from);
      columns.to = Math.max(columns.to, part.from + part.length);
      for (let bar = part.from; bar < part.from + part.length; bar++) {
        labels[bar] = labelOf(probabilities, bar * CLASS_COUNT);
      }
      formed = null;
    },
    isDone: (bar) => columns?.done[bar] === 1,
    wordAt(bar) {
      if (columns === null || (columns.labels[bar] ?? NO_WINDOW) === NO_WINDOW) return null;
      return {
        probabilities: columns.probabilities.slice(bar * CLASS_COUNT, (bar + 1) * CLASS_COUNT),
        poleKatr: columns.poles[bar],
      };
    },
    events() {
      formed ??= columns === null ? [] : formMarks(columns, tsOf);
      return formed;
    },
  };
}

/** Place of the most probable class; NO_WINDOW where none is known. */
function labelOf(probabilities: Float32Array, at: number): number {
  let best = NO_WINDOW;
  let most = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < CLASS_COUNT; c++) {
    if (probabilities[at + c] > most) {
      most = probabilities[at + c];
      best = c;
    }
  }
  return best;
}

function formMarks(
  { labels, probabilities, poles, from, to }: Columns,
  tsOf: (bar: number) => number,
): MarkOf<'model'>[] {
  const became = new Uint8Array(to);
  const state = createEventState(classIndex(NONE));
  formEvents(labels, from, to, DEFAULT_RULE_SET.eventSpacingBars, state, became);
  const marks: MarkOf<'model'>[] = [];
  for (let bar = from; bar < to; bar++) {
    if (became[bar] !== EVENT) continue;
    marks.push({
      source: 'model',
      bar,
      ts: tsOf(bar),
      class: CLASS_IDS[labels[bar]],
      quality: probabilities[bar * CLASS_COUNT + labels[bar]],
      poleKatr: labels[bar] === classIndex('flag') ? poles[bar] : null,
      scanned: true,
    });
  }
  return marks;
}
