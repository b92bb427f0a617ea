import type { OpenedSeries } from '@/lib/contract/explore.ts';
import { barAtTs, type TimeRuns } from '@/lib/core/time-runs.ts';
import type { ExploreStart, ExploreState } from './explore-state.ts';
import type { Seen } from './seen.ts';
import { clampViewport, lastBars, reveal } from './viewport.ts';

/** A replay that nobody has begun yet starts here: the first window is valid, and there is something to look back on. */
const FIRST_REPLAY_BAR = 256;

/** Where a person stands when a series is opened: where the address says, else at its end or where their replay got to. */
export function startState(
  { viewport, cursorTs, replay }: ExploreStart,
  series: OpenedSeries,
  runs: TimeRuns,
  seen: Seen,
): ExploreState {
  const furthest = seen.furthest(series.id);
  const unseen = furthest === null ? FIRST_REPLAY_BAR : barAtTs(runs, furthest);
  const asked = cursorTs === null ? null : barAtTs(runs, cursorTs);
  const cursor = Math.max(0, Math.min(series.bars - 1, asked ?? (replay ? unseen : series.bars - 1)));
  const view = viewport ?? lastBars(replay ? cursor + 1 : series.bars);
  return {
    viewport: clampViewport(asked === null || viewport ? view : reveal(view, cursor), series.bars),
    cursor,
    replay,
    leaving: false,
    armed: null,
    recording: false,
    given: [],
    takenBack: new Set(),
    notice: null,
  };
}
