import {
  CLEAR,
  createEventState,
  EVENT,
  formEvents,
  NONE_LABEL,
  UNDECIDED_LABEL,
  WEAK_CLASSES,
  type WeakClass,
} from './event.ts';
import { atrZ, computeLogAtr } from './indicator/atr-z.ts';
import { createRandom, type Random } from './random.ts';
import type { RuleContext } from './rule/rule-context.ts';
import { RULE_IDS } from './rule/rule-set.ts';
import { explainAll } from './rule/rules.ts';
import { NEAR, type Vote } from './rule/vote.ts';
import type { ScanColumns } from './scan-columns.ts';
import type { ScanOptions } from './scan-options.ts';
import { sampleStratified, volatilityTimeStrata } from './selection/stratified-sample.ts';

export type KeptKind = 'event' | 'near_miss' | 'undecided' | 'none';

/** A window that a scan stores. */
export interface KeptWindow {
  /** Index of the window's last bar. */
  readonly t: number;
  readonly ts: number;
  readonly kind: KeptKind;
  /** Null where nothing fires and a rule abstains: such a window has no weak label. */
  readonly weakClass: WeakClass | null;
  readonly direction: 1 | -1 | 0;
  /** A flag's pole over today's ATR. */
  readonly poleKatr: number | null;
  /** The chance with which this window was to be kept: 1 for events. */
  readonly inclusionProbability: number;
  /** How many valid windows it stands for: summed over all kept windows they are the valid windows of the series. */
  readonly weight: number;
  /** All rules' votes, in the order of the class map. */
  readonly votes: readonly Vote[];
}

interface Choice {
  readonly t: number;
  readonly kind: KeptKind;
  readonly inclusionProbability: number;
  readonly weight: number;
}

/** Fewer windows of `none` than this say nothing about a series. */
const FEWEST_NONE = 50;

/**
 * Chooses what a scan stores: all events; half the wanted windows of `none` from near misses and half from the others,
 * seeded and stratified; and undecided windows, spaced like events and at most as many as there are `none`. A window
 * within the spacing after an event is never chosen; the chosen ones of its kind stand for it.
 */
export function keepWindows(context: RuleContext, columns: ScanColumns, options: ScanOptions): KeptWindow[] {
  const { labels, events } = columns;
  const random = createRandom(options.seed);
  const target = options.noneTarget ?? Math.max(FEWEST_NONE, 2 * largestClass(columns));
  const isNear = (t: number) => RULE_IDS.some((id) => columns.states[id][t] === NEAR);
  const undecided = spacedUndecided(labels, options.ruleSet.eventSpacingBars);
  const nears: number[] = [];
  const others: number[] = [];
  const abstained: number[] = [];
  const total = { near_miss: 0, none: 0, undecided: 0 };
  for (let t = 0; t < labels.length; t++) {
    if (labels[t] === UNDECIDED_LABEL) {
      total.undecided++;
      if (undecided[t] === EVENT && events[t] === CLEAR) abstained.push(t);
    } else if (labels[t] === NONE_LABEL) {
      const near = isNear(t);
      total[near ? 'near_miss' : 'none']++;
      if (events[t] === CLEAR) (near ? nears : others).push(t);
    }
  }
  const logAtr = new Float64Array(labels.length);
  computeLogAtr(context.indicators.atr, 0, labels.length, logAtr);
  const sample = (kind: 'near_miss' | 'none' | 'undecided', bars: number[], size: number): Choice[] =>
    choose(context, logAtr, kind, Int32Array.from(bars), size, total[kind], random);

  const nearMisses = sample('near_miss', nears, Math.ceil(target / 2));
  const choices = [
    ...eventChoices(columns),
    ...nearMisses,
    ...sample('none', others, Math.max(0, target - nearMisses.length)),
    ...sample('undecided', abstained, target),
  ];
  choices.sort((a, b) => a.t - b.t);
  return choices.map((choice) => explainChoice(context, columns, choice, options));
}

function largestClass({ labels, events }: ScanColumns): number {
  const counts = new Array<number>(NONE_LABEL).fill(0);
  for (let t = 0; t < labels.length; t++) if (events[t] === EVENT) counts[labels[t]]++;
  return Math.max(...counts);
}

/** Marks, as events of a class of their own, undecided windows that are not just the one before it again. */
function spacedUndecided(labels: Uint8Array, spacing: number): Uint8Array {
  const own = labels.map((label) => (label === UNDECIDED_LABEL ? 0 : 1));
  const out = new Uint8Array(labels.length);
  formEvents(own, 0, own.length, spacing, createEventState(1), out);
  return out;
}

/** An event stands for itself and the windows of its class that were dropped as too near to one. */
function eventChoices({ labels, events }: ScanColumns): Choice[] {
  const windows = new Array<number>(NONE_LABEL).fill(0);
  const kept = new Array<number>(NONE_LABEL).fill(0);
  for (let t = 0; t < labels.length; t++) {
    if (labels[t] >= NONE_LABEL) continue;
    windows[labels[t]]++;
    if (events[t] === EVENT) kept[labels[t]]++;
  }
  const choices: Choice[] = [];
  for (let t = 0; t < labels.length; t++) {
    if (events[t] !== EVENT) continue;
    const weight = windows[labels[t]] / kept[labels[t]];
    choices.push({ t, kind: 'event', inclusionProbability: 1, weight });
  }
  return choices;
}

function choose(
  { bars }: RuleContext,
  logAtr: Float64Array,
  kind: KeptKind,
  eligible: Int32Array,
  size: number,
  population: number,
  random: Random,
): Choice[] {
  const ts = Float64Array.from(eligible, (t) => bars.ts[t]);
  const volatility = Float64Array.from(eligible, (t) => atrZ(logAtr, t));
  const sample = sampleStratified(eligible, volatilityTimeStrata(ts, volatility, size), size, random);
  const standsFor = population / Math.max(1, eligible.length);
  return Array.from(sample.bars, (t, i) => ({
    t,
    kind,
    inclusionProbability: sample.inclusionProbability[i],
    weight: standsFor / sample.inclusionProbability[i],
  }));
}

function explainChoice(
  context: RuleContext,
  { labels }: ScanColumns,
  { t, kind, inclusionProbability, weight }: Choice,
  { ruleSet }: ScanOptions,
): KeptWindow {
  const votes = explainAll(context, t, ruleSet);
  const weakClass = labels[t] === UNDECIDED_LABEL ? null : WEAK_CLASSES[labels[t]];
  const vote = votes.find(({ rule }) => rule === weakClass);
  return {
    t,
    ts: context.bars.ts[t],
    kind,
    weakClass,
    direction: vote?.direction ?? 0,
    poleKatr: vote?.poleKatr ?? null,
    inclusionProbability,
    weight,
    votes,
  };
}
