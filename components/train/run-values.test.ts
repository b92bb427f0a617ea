import { describe, expect, it } from 'vitest';
import { resolveSettings } from '@/lib/contract/settings.ts';
import type { Run } from '@/lib/contract/train.ts';
import { isChanged, isTheSame, problemsOf, runValues, toNewRun } from './run-values.ts';

const RUN: Run = {
  id: 12,
  datasetId: 3,
  datasetName: 'seeds',
  datasetHash: 'h',
  jobId: null,
  preset: 'standard',
  seed: 5,
  settings: resolveSettings('standard', { learning_rate: 0.002, cutmix: 0 }),
  basedOnId: null,
  curveId: null,
  roundId: null,
  state: 'done',
  waits: null,
  machine: null,
  device: null,
  progress: null,
  error: null,
  version: null,
  bestMacroF1: null,
  createdBy: 'a',
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  endedAt: null,
};

describe('the run form', () => {
  it('asks for nothing but the preset until something is changed', () => {
    const values = runValues(3, null);
    expect(toNewRun(values, null)).toEqual({ datasetId: 3, preset: 'quick', seed: 1, settings: {} });
    expect(problemsOf(values)).toEqual({});
    values.settings.epochs = 6;
    expect(isChanged(values, 'epochs')).toBe(false);
    values.settings.epochs = 3;
    expect(isChanged(values, 'epochs')).toBe(true);
    expect(toNewRun(values, null).settings).toEqual({ epochs: 3 });
  });

  it('begins a rerun with the settings that the run had', () => {
    const values = runValues(null, RUN);
    expect(toNewRun(values, RUN)).toEqual({
      datasetId: 3,
      preset: 'standard',
      seed: 5,
      settings: { learning_rate: 0.002, cutmix: 0 },
      basedOnId: 12,
    });
    expect(isTheSame(values, RUN)).toBe(true);
    values.settings.cutmix = '';
    expect(isTheSame(values, RUN)).toBe(false);
    values.settings.cutmix = 0;
    expect(isTheSame({ ...values, seed: 6 }, RUN)).toBe(false);
    // Another preset with the very same values is the same run.
    const full = { ...values, preset: 'full' as const };
    full.settings = { ...full.settings, rows: 12000, eval_rows: 3000, epochs: 15 };
    expect(isTheSame(full, RUN)).toBe(true);
  });

  it('says what is wrong beside the field it is in', () => {
    const values = runValues(null, null);
    values.seed = '';
    values.settings.stretch = 0.8;
    values.settings.epochs = 2.5;
    expect(problemsOf(values)).toEqual({
      datasetId: 'Choose a dataset',
      seed: 'A whole number from 0 on',
      'settings.epochs': 'A whole number from 1 to 1,000',
      'settings.stretch': 'A number from 0 to 0.5',
    });
  });
});
