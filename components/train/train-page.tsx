'use client';

import { SegmentedControl } from '@mantine/core';
import { parseAsInteger, parseAsStringLiteral, useQueryState } from 'nuqs';
import { countOf } from '@/components/figure/format.ts';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { LearningPanel } from './curve/learning-panel.tsx';
import { DatasetsPanel } from './datasets-panel.tsx';
import { Readiness } from './readiness.tsx';
import { SelfTrainingPanel } from './rounds/self-training-panel.tsx';
import { RunsPanel } from './runs-panel.tsx';
import classes from './train.module.css';
import { isTraining, useDatasets, useRuns } from './use-train.ts';

const VIEWS = ['runs', 'rounds', 'labels'] as const;
const VIEW_WORDS = {
  runs: 'Datasets and runs',
  rounds: 'Self-training',
  labels: 'What more labels would buy',
} as const;

/**
 * Datasets on the left and runs on the right, or rounds of self-training, or the learning curves. `?train=3` opens the form of a run on dataset 3.
 */
export function TrainPage() {
  const [starting, setStarting] = useQueryState('train', parseAsInteger);
  const [view, setView] = useQueryState('view', parseAsStringLiteral(VIEWS).withDefault('runs'));
  const datasets = useDatasets();
  const runs = useRuns();
  const training = runs.data?.runs.filter(isTraining).length ?? 0;
  return (
    <div className={classes.page}>
      <TopBar>
        {datasets.data && runs.data ? (
          <span>
            {countOf(datasets.data.datasets.length, 'dataset')} · {countOf(runs.data.total, 'run')}
            {training > 0 ? `, ${training} going on` : ''}
          </span>
        ) : null}
      </TopBar>
      <div className={classes.views}>
        <SegmentedControl
          aria-label="View"
          value={view}
          data={VIEWS.map((value) => ({ value, label: VIEW_WORDS[value] }))}
          onChange={(value) => void setView(VIEWS.find((one) => one === value) ?? 'runs')}
        />
      </div>
      <Readiness />
      {view === 'runs' ? (
        <div className={classes.split}>
          <DatasetsPanel />
          <RunsPanel
            datasets={datasets.data?.datasets ?? []}
            starting={starting}
            onStarting={(id) => void setStarting(id)}
          />
        </div>
      ) : view === 'rounds' ? (
        <SelfTrainingPanel datasets={datasets.data?.datasets ?? []} />
      ) : (
        <LearningPanel datasets={datasets.data?.datasets ?? []} />
      )}
    </div>
  );
}
