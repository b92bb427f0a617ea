import { describe, expect, it } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import type { GoldSpan } from '@/lib/core/leakage.ts';
import type { Candidate, DatasetSeries, PseudoLabel, RecordLabel, WeakKind } from './candidate.ts';
import { labelRows, takesSeries } from './label-rows.ts';
import { classPriors, countRows, missingRows, naturalWeights, sampleRows } from './sample-rows.ts';
import type { FirstBars } from './split-window.ts';
import { nothingToTrainOn, summariseRows } from './summarise-rows.ts';

const HOUR = 3_600_000;
const series = (id: number, symbol: string): DatasetSeries => ({
  id,
  venue: 'x',
  symbol,
  timeframe: '1h',
  timeframeMs: HOUR,
  segmentGap: 64,
  maxWindowGap: 2.5,
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
interface Given {
  records?: Map<string, RecordLabel>;
  pseudo?: Map<string, PseudoLabel>;
  gold?: Map<number, GoldSpan[]>;
  firstBars?: FirstBars;
}
async function build(candidates: Candidate[], more: object = {}, given: Given = {}) {
  const wanted = policy(more);
  const labelled = await labelRows({
    policy: wanted,
    series: SERIES,
    candidates,
    records: given.records ?? new Map(),
    pseudo: given.pseudo ?? new Map(),
    gold: given.gold ?? new Map(),
    readFirstBars: async (hashes) => {
      asked = hashes;
      return given.firstBars ?? new Map();
    },
    giveWay: async () => {
      turns++;
    },
  });
  return { labelled, policy: wanted, rows: sampleRows(labelled.rows, wanted, labelled.leftOut) };
}
/** Of the windows whose first bars were asked for last. */
let asked: readonly string[] = [];
/** How often others had theirs. */
let turns = 0;

describe('rows of a dataset', () => {
  it('keeps every window of a split 64 bars away from the windows of another', async () => {
    const { rows } = await build([...year(1), ...year(2)]);
    const span = (split: string) => {
      const stamps = rows.filter((row) => row.split === split).map((row) => row.candidate.ts);
      return { first: Math.min(...stamps) - 63 * HOUR, last: Math.max(...stamps) + HOUR };
    };
    expect(span('validation').first - span('train').last).toBeGreaterThanOrEqual(64 * HOUR);
    expect(span('test').first - span('validation').last).toBeGreaterThanOrEqual(64 * HOUR);
  });

  it('keeps an unseen symbol out of training and out of the dates that training saw', async () => {
    const { rows, labelled } = await build([...year(1), ...year(2)], { unseenSymbols: ['x:B'] });
    const unseen = rows.filter((row) => row.series.id === 2);
    expect(new Set(unseen.map((row) => row.split))).toEqual(new Set(['unseen']));
    expect(Math.min(...unseen.map((row) => row.candidate.ts))).toBeGreaterThan(labelled.plan.testFrom);
  });

  it('takes none twice as often as the largest class, half of it near misses', async () => {
    const { rows } = await build(year(1));
    const train = rows.filter((row) => row.split === 'train');
    const of = (label: string) => train.filter((row) => row.label === label).length;
    const near = train.filter((row) => row.candidate.weak?.kind === 'near_miss').length;
    expect(of('none')).toBe(2 * Math.max(of('flag'), of('wedge')));
    expect(near).toBe(of('none') / 2);
  });

  it('never samples an undecided window as none', async () => {
    const { rows, labelled } = await build(year(1));
    expect(rows.some((row) => row.candidate.weak?.kind === 'undecided')).toBe(false);
    expect(labelled.leftOut.get('undecided by the rules')).toBe(79);
  });

  it('gives the same sample for the same seed and another for another', async () => {
    const candidates = year(1);
    const ids = async (seed: number) =>
      (await build(candidates, { seed, capPerClass: 20 })).rows.map((row) => row.candidate.windowId);
    expect(await ids(1)).toEqual(await ids(1));
    expect(await ids(1)).not.toEqual(await ids(2));
  });

  it('lets the rows of a stratum stand for all of its windows, whatever the caps', async () => {
    const { rows, labelled } = await build(year(1), { capPerClass: 7 });
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

  it('tells natural prevalence from the weights and the sampled mix from the rows', async () => {
    const { rows, labelled } = await build(year(1));
    const { train, natural } = classPriors(rows, naturalWeights(rows, labelled.population));
    expect(train).toEqual([0.25, 0.25, 0, 0, 0.5].map((share) => expect.closeTo(share, 2)));
    // 2 of 11 windows are events of weight 1, 8 stand for 10 windows each.
    expect(natural[0]).toBeCloseTo(1 / 82, 3);
    expect(natural.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 12);
  });

  it("prefers people's labels to weak ones under a cap, and takes only them where told so", async () => {
    const candidates = year(1);
    const records = new Map<string, RecordLabel>(
      candidates
        .filter(({ weak }) => weak?.class === 'flag')
        .slice(0, 10)
        .map(({ windowId }) => [windowId, { label: 'wedge', sawFuture: false, poleKatr: null }]),
    );
    const mixed = (await build(candidates, { sources: 'record+weak', capPerClass: 10 }, { records })).rows;
    const wedges = mixed.filter((row) => row.label === 'wedge' && row.split === 'train');
    expect(wedges.filter((row) => row.source === 'record')).toHaveLength(10);
    expect(wedges).toHaveLength(10);
    const only = (await build(candidates, { sources: 'record' }, { records })).rows;
    expect(only.every((row) => row.source === 'record')).toBe(true);
    expect(only).toHaveLength(10);
  });

  it('lets pseudo-labels stand in training alone, behind people and before rules, and moves no cut date by them', async () => {
    const candidates = year(1);
    const records = new Map<string, RecordLabel>(
      candidates
        .filter((_, i) => i % 3 === 0)
        .map(({ windowId }) => [windowId, { label: 'wedge', sawFuture: false, poleKatr: null }]),
    );
    const taught: PseudoLabel = { label: 'blowoff', teacher: 'v0_3_0', round: 7 };
    const pseudo = new Map(
      candidates.filter((_, i) => i % 2 === 0).map(({ windowId }) => [windowId, taught]),
    );
    const without = await build(candidates, { sources: 'record' }, { records });
    const { labelled } = await build(candidates, { sources: 'record' }, { records, pseudo });
    expect(labelled.plan).toEqual(without.labelled.plan);
    const of = (source: string) => labelled.rows.filter((row) => row.source === source);
    expect(of('record')).toEqual(without.labelled.rows);
    expect(of('pseudo').length).toBeGreaterThan(100);
    expect(new Set(of('pseudo').map(({ split }) => split))).toEqual(new Set(['train']));
    for (const row of of('pseudo')) {
      expect(row).toMatchObject({ label: 'blowoff', pseudo: taught });
      expect(records.has(row.candidate.windowId)).toBe(false);
    }
    expect(labelled.leftOut.get('pseudo-labels outside the training split')).toBeGreaterThan(50);
    // Every window of training that no person has answered, labelled or not, is one that a model may be asked about.
    expect(labelled.unlabelled.every(({ windowId }) => !records.has(windowId))).toBe(true);
    const open = new Set(labelled.unlabelled.map(({ windowId }) => windowId));
    expect(of('pseudo').every(({ candidate }) => open.has(candidate.windowId))).toBe(true);

    const mixed = (await build(candidates, { sources: 'record+weak' }, { records, pseudo })).labelled.rows;
    const later = mixed.filter(({ split, candidate }) => split !== 'train' && pseudo.has(candidate.windowId));
    expect(later.length).toBeGreaterThan(50);
    expect(later.every(({ source }) => source !== 'pseudo')).toBe(true);
  });

  it("takes a flag's pole as people marked it, else as the rule measured it where it says flag too, else as unknown", async () => {
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
    const { rows } = await build(candidates, { sources: 'record' }, { records });
    expect(Object.fromEntries(rows.map((row) => [row.candidate.windowId, row.poleKatr]))).toEqual({
      marked: 5.5,
      unmarked: 4,
      'not the rule’s': null,
      'no flag': null,
    });
  });

  it('keeps labels that were given with later bars visible out of the test dates', async () => {
    const candidates = year(1);
    const records = new Map<string, RecordLabel>(
      candidates.map(({ windowId }) => [windowId, { label: 'flag', sawFuture: true, poleKatr: null }]),
    );
    const { rows } = await build(candidates, { sources: 'record' }, { records });
    expect(new Set(rows.map((row) => row.split))).toEqual(new Set(['train', 'validation']));
  });

  it('makes everything training where the dates are too few, and says so', async () => {
    const { rows, labelled } = await build([
      candidate(1, 0, 'event', 'flag'),
      candidate(1, 100, 'event', 'wedge'),
    ]);
    expect(rows.map((row) => row.split)).toEqual(['train', 'train']);
    expect(labelled.notes[0]).toContain('Everything is training');
  });

  it('says which classes a split lacks', async () => {
    const { rows, policy: given } = await build(year(1));
    const notes = missingRows(countRows(rows), given);
    expect(notes).toContain('The training split has few rows of blowoff (0), wick exhaustion (0).');
    expect(notes.some((note) => note.includes('unseen'))).toBe(false);
  });

  it('asks for the first bars of only those windows that a gap could take across a cut, and believes them', async () => {
    const candidates = Array.from({ length: 8760 }, (_, hour) => candidate(1, hour, 'event', 'flag'));
    const gapless = await build(candidates);
    const { validationFrom } = gapless.labelled.plan;
    const first = gapless.rows.find((row) => row.split === 'validation');
    expect(first?.candidate.ts).toBe(validationFrom + 63 * HOUR);
    expect(asked).toContain(first?.candidate.snapshotHash);
    // A window of 63 gaps of 2.5 timeframes begins 94.5 hours earlier than one without.
    expect(asked).toHaveLength(2 * 95);
    const gapped = await build(
      candidates,
      {},
      { firstBars: new Map([[first?.candidate.snapshotHash ?? '', validationFrom - HOUR]]) },
    );
    expect(gapped.rows.find((row) => row.split === 'validation')?.candidate.ts).toBe(
      validationFrom + 64 * HOUR,
    );
    expect(gapped.labelled.leftOut.get('across a cut date')).toBe(
      (gapless.labelled.leftOut.get('across a cut date') ?? 0) + 1,
    );
  });

  it('lets others have a turn every few thousand windows', async () => {
    turns = 0;
    await build(Array.from({ length: 8760 }, (_, hour) => candidate(1, hour, 'event', 'flag')));
    expect(turns).toBe(4 * Math.ceil(8760 / 4096));
  });

  it('keeps windows off gold by the bars that both hold, and says how many', async () => {
    const at = START + 1000 * HOUR;
    const gold = new Map([[1, [{ firstTs: at - 150 * HOUR, ts: at }]]]);
    const { rows, labelled } = await build(year(1), {}, { gold });
    const near = rows.filter(({ candidate: { ts } }) => ts >= at - 150 * HOUR && ts <= at + 64 * HOUR);
    expect(near).toEqual([]);
    expect(labelled.leftOut.get('within 64 bars of a gold window')).toBeGreaterThan(15);
  });

  it('takes the dates, series and timeframes that are chosen, and counts what the dates leave out', async () => {
    const from = START + 2000 * HOUR;
    const to = START + 6000 * HOUR;
    const { rows, labelled } = await build(year(1), { from, to });
    expect(rows.every(({ candidate: { ts } }) => ts >= from && ts <= to)).toBe(true);
    expect(labelled.leftOut.get('outside the chosen dates')).toBe(876 - 401);
    const taken = (more: object) =>
      [...SERIES.values()].filter((one) => takesSeries(policy(more), one)).map(({ id }) => id);
    expect(taken({})).toEqual([1, 2]);
    expect(taken({ symbols: ['x:B'] })).toEqual([2]);
    expect(taken({ timeframes: ['4h'] })).toEqual([]);
  });

  it('cuts at the dates that are given instead of by shares', async () => {
    const cut = { validationFrom: START + 3000 * HOUR, testFrom: START + 5000 * HOUR };
    const { labelled } = await build(year(1), { cut });
    expect(labelled.plan).toMatchObject(cut);
  });

  it('takes a cap of its own for each class before the one for all', async () => {
    const { rows, policy: given } = await build(year(1), {
      capPerClass: 30,
      classCaps: { flag: 5, wedge: 0, none: 8 },
    });
    expect(countRows(rows).train).toEqual([5, 0, 0, 0, 8]);
    expect(missingRows(countRows(rows), given).join()).not.toContain('wedge');
  });

  it('leaves no window uncounted: it is a row, or left out for a reason', async () => {
    const candidates = year(1);
    const records = new Map<string, RecordLabel>(
      candidates
        .slice(0, 400)
        .map(({ windowId }, i) => [windowId, { label: 'flag', sawFuture: i % 2 === 0, poleKatr: null }]),
    );
    for (const sources of ['record', 'record+weak', 'weak']) {
      const { rows, labelled } = await build(candidates, { sources, capPerClass: 9 }, { records });
      const left = [...labelled.leftOut.values()].reduce((sum, count) => sum + count, 0);
      expect(rows.length + left, sources).toBe(candidates.length);
    }
  });

  it('sums up the same rows by split, by source and by class', async () => {
    const candidates = year(1);
    const records = new Map<string, RecordLabel>(
      candidates
        .slice(0, 300)
        .map(({ windowId }) => [windowId, { label: 'wedge', sawFuture: false, poleKatr: null }]),
    );
    const {
      rows,
      labelled,
      policy: given,
    } = await build(candidates, { sources: 'record+weak' }, { records });
    const { bySplit, bySource, classesBySource } = summariseRows(rows, labelled, given);
    const sum = (counts: object[]) =>
      counts.flatMap((one) => Object.values(one)).reduce((total, count) => total + count, 0);
    expect([sum(Object.values(bySplit)), sum([bySource]), sum(Object.values(classesBySource))]).toEqual([
      rows.length,
      rows.length,
      rows.length,
    ]);
    expect(classesBySource.record).toEqual(expect.objectContaining({ wedge: bySource.record, flag: 0 }));
    expect(nothingToTrainOn(rows, labelled.leftOut, given)).toBeNull();
    expect(nothingToTrainOn([], labelled.leftOut, given)).toContain('hold no window');
  });
});
