import { describe, expect, it } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { ComparedRun, MeasuredBlock } from '@/lib/contract/compare-runs.ts';
import { type Dataset, datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { type GivenSettings, resolveSettings } from '@/lib/contract/settings.ts';
import { figureRows } from './figure-rows.ts';
import { datasetDifferences, settingDifferences } from './run-difference.ts';

const DATASET: Dataset = {
  id: 1,
  name: 'seeds',
  hash: 'h',
  rows: 12,
  policy: datasetPolicySchema.parse({ name: 'seeds' }),
  summary: {
    bySplit: { train: { flag: 4, none: 4 }, validation: { flag: 2 }, test: { flag: 2 }, unseen: {} },
    classesBySource: {},
    bySource: { record: 12 },
    cutDates: { validationFrom: 0, testFrom: Date.UTC(2025, 2, 14), embargoMs: 0 },
    series: 1,
    featureSchemas: [1],
    leftOut: {},
    notes: [],
  },
  createdBy: 'a',
  createdAt: '2026-01-01T00:00:00.000Z',
};

function compared(id: number, given: GivenSettings, more: Partial<ComparedRun> = {}): ComparedRun {
  return {
    run: {
      ...{ id, datasetId: 1, datasetName: 'seeds', datasetHash: 'h', jobId: null, preset: 'quick', seed: 1 },
      ...{
        basedOnId: null,
        curveId: null,
        roundId: null,
        state: 'done',
        waits: null,
        machine: 'm',
        device: 'CPU',
        progress: null,
        error: null,
      },
      ...{ version: null, bestMacroF1: null, createdBy: 'a', createdAt: '2026-01-01T00:00:00.000Z' },
      ...{ startedAt: null, endedAt: null, settings: resolveSettings('quick', given) },
    },
    epochs: [],
    dataset: DATASET,
    measured: null,
    ...more,
  };
}

function block(macro: number, half: number | null, ece = 0.1): MeasuredBlock {
  const around = (value: number) =>
    half === null ? null : ([value - half, value + half] as [number, number]);
  return {
    ...{
      rows: 10,
      macro_f1: macro,
      macro_f1_interval: around(macro),
      ece,
      ece_interval: around(ece),
      pole_mae: null,
    },
    per_class: CLASS_IDS.map((id) => ({ class: id, support: 2, f1: macro, f1_interval: around(macro) })),
  };
}
const measuredWith = (id: number, ...figures: Parameters<typeof block>) =>
  compared(id, {}, { measured: { test: { sampled: block(...figures), natural: block(...figures) } } });

describe('runs side by side', () => {
  it('name only the settings that differ, the preset’s values among them', () => {
    const runs = [compared(1, {}), compared(2, { epochs: 9, rows: 0 }), compared(3, { epochs: 9 })];
    expect(settingDifferences(runs)).toEqual([
      { name: 'Epochs at most', values: ['6', '9', '9'] },
      { name: 'Rows at most', values: ['1,600', 'all', '1,600'] },
    ]);
    expect(settingDifferences([runs[0], compared(4, {})])).toEqual([]);
  });

  it('name how their datasets differ, and nothing where it is one', () => {
    const policy = { ...DATASET.policy, unseenSymbols: ['demo:AAA'], capPerClass: 500 };
    const bySplit = { ...DATASET.summary.bySplit, unseen: { flag: 1200 } };
    const dataset = {
      ...DATASET,
      id: 2,
      name: 'with unseen',
      policy,
      summary: { ...DATASET.summary, bySplit },
    };
    expect(datasetDifferences([compared(1, {}), compared(2, {})])).toEqual([]);
    expect(datasetDifferences([compared(1, {}), compared(2, {}, { dataset })])).toEqual([
      { name: 'Dataset', values: ['#1 seeds', '#2 with unseen'] },
      { name: 'Kept aside', values: ['none', 'demo:AAA'] },
      { name: 'Rows a class at most', values: ['all', '500'] },
      { name: 'Rows, unseen', values: ['0', '1,200'] },
    ]);
  });

  it('give each figure with its interval, a run without them standing empty', () => {
    const rows = figureRows([measuredWith(1, 0.6, 0.02), compared(2, {})], 'test', 'natural');
    expect(rows[0]).toEqual({
      name: 'Macro-F1',
      classId: null,
      digits: 3,
      figures: [{ value: 0.6, interval: [0.58, 0.62] }, null],
      best: null,
    });
    expect(rows.map(({ name }) => name)).toHaveLength(1 + CLASS_IDS.length + 2);
  });

  it('call a figure the best only where its interval overlaps no other', () => {
    const best = (...runs: ComparedRun[]) => figureRows(runs, 'test', 'sampled').map((row) => row.best);
    expect(best(measuredWith(1, 0.6, 0.02, 0.2), measuredWith(2, 0.7, 0.02, 0.05))).toEqual([
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      null,
    ]);
    expect(best(measuredWith(1, 0.6, 0.06), measuredWith(2, 0.7, 0.06))[0]).toBeNull();
    expect(best(measuredWith(1, 0.6, null), measuredWith(2, 0.7, null))[0]).toBeNull();
  });
});
