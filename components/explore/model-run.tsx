'use client';

import { Button } from '@mantine/core';
import { formatCount, formatDuration } from '@/components/figure/format.ts';
import { ProgressBar } from '@/components/figure/progress-bar.tsx';
import type { ModelScanState } from '@/lib/client/explore/model-scan.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import { runInView, runOverAll } from './run-model.ts';
import classes from './tool-bar.module.css';
import { useExploration, useModelScan } from './use-exploration.ts';

/** Runs the champion in this browser, over what is in view or over all there is. */
export function ModelRun({ model }: { model: ServedModel | null | undefined }) {
  const exploration = useExploration();
  const state = useModelScan();
  if (model === undefined) return null;
  if (model === null) {
    return <span className={classes.run}>no model promoted yet</span>;
  }
  if (state.phase === 'loading' || state.phase === 'running' || state.phase === 'waiting') {
    return (
      <div className={classes.run} data-testid="model-run" data-phase={state.phase} data-done={state.done}>
        <span className={classes.progress}>
          <ProgressBar
            value={state.total === 0 ? null : state.done / state.total}
            state={state.phase === 'running' ? 'running' : 'queued'}
            label={`${model.version} over ${formatCount(state.total)} bars`}
          />
        </span>
        <span className={classes.words}>{progressWords(state)}</span>
        <Button className={classes.act} variant="default" onClick={() => exploration.scan()?.cancel()}>
          Cancel
        </Button>
      </div>
    );
  }
  const why = state.words ?? exploration.whyNoScan();
  return (
    <div className={classes.run} data-testid="model-run" data-phase={state.phase}>
      {why === null ? null : (
        <span className={classes.words} role="alert" title={why}>
          {why}
        </span>
      )}
      <Button
        className={classes.act}
        variant="default"
        title="Run the model over what is in view (M)"
        onClick={() => runInView(exploration)}
      >
        Run {model.version} in view
      </Button>
      <Button className={classes.act} variant="subtle" onClick={() => runOverAll(exploration)}>
        whole series
      </Button>
    </div>
  );
}

function progressWords({ phase, done, total, windowsPerSecond }: ModelScanState): string {
  if (phase === 'loading') return 'loading the model';
  const share = `${formatCount(done)} of ${formatCount(total)}`;
  if (phase === 'waiting') return `${share} · the server cannot be reached, it goes on when it can`;
  if (windowsPerSecond === null) return share;
  const left = formatDuration((total - done) / windowsPerSecond);
  return `${share} · ${Math.round(windowsPerSecond)}/s · ${left} left`;
}
