import { v7 as uuidv7 } from 'uuid';
import { segmentAt } from '@/lib/core/segment.ts';
import { findWindowFault, windowFaultWords } from '@/lib/core/window-fault.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { readStretch, readTimes } from '../bars/read-stretch.ts';
import { segmentSettingsOf } from '../bars/segment-settings.ts';
import { packSnapshot } from '../bars/snapshot-bytes.ts';
import { inTransaction } from '../db/transaction.ts';
import { Refusal } from '../error.ts';
import { holdBars } from '../repo/scan.ts';
import { nameOfSeries } from '../repo/series.ts';
import { findLiveWindow, putWindow } from '../repo/window.ts';
import { type SeriesWithBars, seriesWithBars } from './explore.ts';

const TRIES = 3;

interface MadeWindow {
  readonly windowId: string;
  readonly seriesId: number;
  readonly ts: number;
}

/**
 * The window that ends at a bar, stored with its snapshot as a scan stores it; one that is stored already and not stale
 * is answered as it is.
 * @throws Refusal `not_found` where the series has no bar stamped `ts`, `invalid` where no valid window ends there
 */
export async function makeWindow(actor: Actor, { id, ts }: { id: number; ts: number }): Promise<MadeWindow> {
  requireRole(actor, 'analyst');
  for (let tries = 0; tries < TRIES; tries++) {
    const series = await seriesWithBars(id);
    const windowId = (await findLiveWindow(id, ts)) ?? (await make(series, ts));
    if (windowId) return { windowId, seriesId: id, ts };
  }
  throw new Refusal('conflict', 'The bars of this series are being changed right now; try again.');
}

/** @returns null where other bars were imported meanwhile */
async function make(series: SeriesWithBars, ts: number): Promise<string | null> {
  const { ts: stamps, segments } = await readTimes(series);
  const t = stamps.indexOf(ts);
  if (t < 0) {
    throw new Refusal('not_found', `${nameOfSeries(series)} has no bar at ${new Date(ts).toISOString()}.`);
  }
  const segment = segmentAt(segments, t);
  const fault = findWindowFault(
    (bar) => stamps[bar],
    series.timeframeMs,
    segment,
    segmentSettingsOf(series),
    t,
  );
  if (fault) throw new Refusal('invalid', `No valid window ends here: ${windowFaultWords(fault)}.`);
  const packed = await packSnapshot(await readStretch(series, segment, t, t + 1));
  return inTransaction(async (tx) => {
    if ((await holdBars(tx, series.id)) !== series.barsKey) return null;
    return putWindow(tx, { id: uuidv7(), seriesId: series.id, ts, ...packed });
  });
}
