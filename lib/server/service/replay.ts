import { REPLAY_BARS, type Replay } from '@/lib/contract/replay.ts';
import { segmentAt } from '@/lib/core/segment.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { readStretch, readTimes } from '../bars/read-stretch.ts';
import { notFound, Refusal } from '../error.ts';
import { findReplayable, noteSeen } from '../repo/replay.ts';
import { seriesWithBars } from './explore.ts';
import { toColumns } from './label-item.ts';

/**
 * What came after a window, for whoever has answered it. That they know is noted before they are told: another answer of
 * theirs to this window, or to one that the shown bars give away, is kept as one that saw the future, and such windows are
 * not served to them any more.
 * @throws Refusal `not_found`; `conflict` before the answer, or where the window's bars were restated
 */
export async function replayWindow(actor: Actor, { id }: { id: string }): Promise<Replay> {
  requireRole(actor, 'analyst');
  const window = await findReplayable(actor.id, id);
  if (!window) throw notFound(`window ${id}`);
  if (!window.answered)
    throw new Refusal('conflict', 'What came after a window is shown once you have answered it.');
  const restated = 'The bars of this window have been restated since: it cannot be replayed.';
  if (window.stale) throw new Refusal('conflict', restated);
  const series = await seriesWithBars(window.seriesId);
  const { ts, segments } = await readTimes(series);
  const t = ts.indexOf(window.ts);
  if (t < 0) throw new Refusal('conflict', restated);
  const segment = segmentAt(segments, t);
  const end = Math.min(segment.to, t + 1 + REPLAY_BARS);
  const shown = await readStretch(series, segment, t, end);
  if (end > t + 1) await noteSeen(actor.id, series.id, ts[end - 1]);
  const { id: seriesId, venue, symbol, timeframe } = series;
  return {
    series: { id: seriesId, venue, symbol, timeframe },
    ts: window.ts,
    snapshot: toColumns(shown),
    later: end - t - 1,
  };
}
