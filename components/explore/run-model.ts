import type { Exploration } from '@/lib/client/explore/exploration.ts';
import { endOf } from '@/lib/client/explore/explore-state.ts';

/** Runs the model over the bars in view that may be seen, or stops it; says so where there is none. */
export function runInView(exploration: Exploration): void {
  const scan = exploration.scan();
  const state = exploration.store.getState();
  if (scan === null) {
    state.tell(
      exploration.whyNoScan() ?? 'There is no model to run: none is promoted, or it is not known yet.',
    );
    return;
  }
  const { phase } = scan.state.getState();
  if (phase !== 'idle' && phase !== 'failed') {
    scan.cancel();
    return;
  }
  scan.start(state.viewport.from, Math.min(state.viewport.to, endOf(state, exploration.series.bars)));
}

/** Runs the model over all bars that may be seen. */
export function runOverAll(exploration: Exploration): void {
  exploration.scan()?.start(0, endOf(exploration.store.getState(), exploration.series.bars));
}
