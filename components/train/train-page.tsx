'use client';

import { useState } from 'react';
import { countOf } from '@/components/figure/format.ts';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { DatasetsPanel } from './datasets-panel.tsx';
import { Readiness } from './readiness.tsx';
import { RunsPanel } from './runs-panel.tsx';
import classes from './train.module.css';
import { isTraining, useDatasets, useRuns } from './use-train.ts';

/** Datasets on the left, runs on the right. */
export function TrainPage() {
  const [starting, setStarting] = useState<number | null>(null);
  const datasets = useDatasets();
  const runs = useRuns();
  const training = runs.data?.runs.filter(isTraining).length ?? 0;
  return (
    <div className={classes.page}>
      <TopBar>
        {datasets.data && runs.data ? (
          <span>
            {countOf(datasets.data.datasets.length, 'dataset')} · {countOf(runs.data.runs.length, 'run')}
            {training > 0 ? `, ${training} going on` : ''}
          </span>
        ) : null}
      </TopBar>
      <Readiness />
      <div className={classes.split}>
        <DatasetsPanel onTrain={setStarting} />
        <RunsPanel datasets={datasets.data?.datasets ?? []} starting={starting} onStarting={setStarting} />
      </div>
    </div>
  );
}
