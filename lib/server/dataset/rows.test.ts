import { describe, expect, it } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import { datasetPolicySchema } from '@/lib/contract/train.ts';
import type { Candidate, DatasetSeries, RecordLabel, WeakKind } from './candidate.ts';
import { labelRows } from './label-rows.ts';
import { classPriors, countRows, missingRows, naturalWeights, sampleRows } from './sample-rows.ts';

const HOUR = 3_600_000;
const series = (id: number, symbol: string): DatasetSeries => ({
  id,
  venue: 'x',
  symbol,
  timeframe: '1h',
  timeframeMs: HOUR,
  segmentGap: 64,
  barsKey: null,
});
const SERIES = new Map([
  [1, series(1, 'A')],
  [2, series(2, 'B')],
]);
const START = Date.UTC(2023, 0, 1);
let made = 0;
function candidate(
  seriesId: number,
  hour: number,
  kind: WeakKind,
  weakClass: ClassId,
  more: Partial<Candidate> = {},
): Candidate {
  made++;
  return {
    windowId: `w${made}`,
    seriesId,
    ts: START + hour * HOUR,
    snapshotHash: `s${made}`,
    stale: false,
    weak: { kind, class: weakClass, poleKatr: null, naturalWeight: kind === 'event' ? 1 : 10 },
    ...more,
  };
}
/** A year of hours: each 10th hour an event of some class, a near miss or another window in between. */
function year(seriesId: number): Candidate[] {
  const kinds: [WeakKind, ClassId][] = [
    ['event', 'wedge'],
    ['near_miss', 'none'],
    ['sampled_none', 'none'],
    ['sampled_none', 'none'],
    ['event', 'flag'],
    ['sampled_none', 'none'],
    ['near_miss', 'none'],
    ['sampled_none', 'none'],
    ['undecided', 'none'],
    ['sampled_none', 'none'],
    ['sampled_none', 'none'],
  ];
  return Array.from({ length: 876 }, (_, i) => candidate(seriesId, i * 10, ...kinds[i % kinds.length]));
}
const policy = (more: object = {}) => datasetPolicySchema.parse({ name: 'test', sources: 'weak', ...more });
const build = (candidates: Candidate[], more: object = {}, records = new Map<string, RecordLabel>()) => {
  const given = policy(more);
  const labelled = labelRows({ policy: given, series: SERIES, candidates, records, gold: new Map() });
  return { labelled, policy: given, rows: sampleRows(labelled.rows, given, labelled.leftOut) };
};

describe('rows of a dataset', () => {
  it('keeps every window of a split 64 bars away from the windows of another', () => {
    const { rows } = build([...year(1), ...year(2)]);
    const span = (split: string) => {
      const stamps = rows.filter((row) => row.split === split).map((row) => row.candidate.ts);
      return { first: Math.min(...stamps) - 63 * HOUR, last: Math.max(...stamps) + HOUR };
    };
    expect(span('validation').first - span('train').last).toBeGreaterThanOrEqual(64 * HOUR);
    expect(span('test').first - span('validation').last).toBeGreaterThanOrEqual(64 * HOUR);
  });

  it('keeps an unseen symbol out of training and out of the dates that training saw', () => {
    const { rows, labelled } = build([...year(1), ...year(2)], { unseenSymbols: ['x:B'] });
    const unseen = rows.filter((row) => row.series.id === 2);
    expect(new Set(unseen.map((row) => row.split))).toEqual(new Set(['unseen']));
    expect(Math.min(...unseen.map((row) => row.candidate.ts))).toBeGreaterThan(labelled.plan.testFrom);
  });

  it('takes none twice as often as the largest class, half of it near misses', () => {
    const { rows } = build(year(1));
    const train = rows.filter((row) => row.split === 'train');
    const of = (label: string) => train.filter((row) => row.label === label).length;
    const near = train.filter((row) => row.candidate.weak?.kind === 'near_miss').length;
    expect(of('none')).toBe(2 * Math.max(of('flag'), of('wedge')));
    expect(near).toBe(of('none') / 2);
  });

  it('never samples an undecided window as none', () => {
    const { rows, labelled } = build(year(1));
    expect(rows.some((row) => row.candidate.weak?.kind === 'undecided')).toBe(false);
    expect(labelled.leftOut.get('undecided by the rules')).toBe(79);
  });

  it('gives the same sample for the same seed and another for another', () => {
    const candidates = year(1);
    const ids = (seed: number) =>
      build(candidates, { seed, capPerClass: 20 }).rows.map((row) => row.candidate.windowId);
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
  });

  it('lets the rows of a stratum stand for all of its windows, whatever the caps', () => {
    const { rows, labelled } = build(year(1), { capPerClass: 7 });
    const weights = naturalWeights(rows, labelled.population);
    const sum = (split: string, kind: string) =>
      rows.reduce(
        (total, row, i) =>
          total + (row.split === split && row.candidate.weak?.kind === kind ? weights[i] : 0),
        0,
      );
    expect(sum('train', 'near_miss')).toBeCloseTo(labelled.population.get('train near_miss none') ?? 0, 3);
    expect(sum('test', 'sampled_none')).toBeCloseTo(
      labelled.population.get('test sampled_none none') ?? 0,
      3,
    );
  });

  it('tells natural prevalence from the weights and the sampled mix from the rows', () => {
    const { rows, labelled } = build(year(1));
    const { train, natural } = classPriors(rows, naturalWeights(rows, labelled.population));
    expect(train).toEqual([0.25, 0.25, 0, 0, 0.5].map((share) => expect.closeTo(share, 2)));
    // 2 of 11 windows are events of weight 1, 8 stand for 10 windows each.
    expect(natural[0]).toBeCloseTo(1 / 82, 3);
    expect(natural.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 12);
  });

  it("prefers people's labels to weak ones under a cap, and takes only them where told so", () => {
    const candidates = year(1);
    const records = new Map<string, RecordLabel>(
      candidates
        .filter(({ weak }) => weak?.class === 'flag')
        .slice(0, 10)
        .map(({ windowId }) => [windowId, { label: 'wedge', sawFuture: false, poleKatr: null }]),
    );
    const mixed = build(candidates, { sources: 'record+weak', capPerClass: 10 }, records).rows;
    const wedges = mixed.filter((row) => row.label === 'wedge' && row.split === 'train');
    expect(wedges.filter((row) => row.source === 'record')).toHaveLength(10);
    expect(wedges).toHaveLength(10);
    const only = build(candidates, { sources: 'record' }, records).rows;
    expect(only.every((row) => row.source === 'record')).toBe(true);
    expect(only).toHaveLength(10);
  });

  it("takes a flag's pole as people marked it, else as the rule measured it where it says flag too, else as unknown", () => {
    const [first, ...rest] = year(1);
    const weak = (weakClass: 'flag' | 'wedge') => ({
      kind: 'event' as const,
      class: weakClass,
      poleKatr: 4,
      naturalWeight: 1,
    });
    const candidates = [
      { ...first, windowId: 'marked', weak: weak('flag') },
      { ...rest[0], windowId: 'unmarked', weak: weak('flag') },
      { ...rest[1], windowId: 'not the rule’s', weak: weak('wedge') },
      { ...rest[2], windowId: 'no flag', weak: weak('flag') },
    ];
    const records = new Map<string, RecordLabel>([
      ['marked', { label: 'flag', sawFuture: false, poleKatr: 5.5 }],
      ['unmarked', { label: 'flag', sawFuture: false, poleKatr: null }],
      ['not the rule’s', { label: 'flag', sawFuture: false, poleKatr: null }],
      ['no flag', { label: 'none', sawFuture: false, poleKatr: 5.5 }],
    ]);
    const { rows } = build(candidates, { sources: 'record' }, records);
    expect(Object.fromEntries(rows.map((row) => [row.candidate.windowId, row.poleKatr]))).toEqual({
      marked: 5.5,
      unmarked: 4,
      'not the rule’s': null,
      'no flag': null,
    });
  });

  it('keeps labels that were given with later bars visible out of the test dates', () => {
    const candidates = year(1);
    const records = new Map<string, RecordLabel>(
      candidates.map(({ windowId }) => [windowId, { label: 'flag', sawFuture: true, poleKatr: null }]),
    );
    const { rows } = build(candidates, { sources: 'record' }, records);
    expect(new Set(rows.map((row) => row.split))).toEqual(new Set(['train', 'validation']));
  });

  it('makes everything training where the dates are too few, and says so', () => {
    const { rows, labelled } = build([candidate(1, 0, 'event', 'flag'), candidate(1, 100, 'event', 'wedge')]);
    expect(rows.map((row) => row.split)).toEqual(['train', 'train']);
    expect(labelled.notes[0]).toContain('Everything is training');
  });

  it('says which classes a split lacks', () => {
    const { rows, policy: given } = build(year(1));
    const notes = missingRows(countRows(rows), given);
    expect(notes).toContain('The training split has few rows of blowoff (0), wick exhaustion (0).');
    expect(notes.some((note) => note.includes('unseen'))).toBe(false);
  });
});
