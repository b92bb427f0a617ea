import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { Bars } from '@/lib/core/bar.ts';
import { createScan, type ScanResult } from '@/lib/core/scan.ts';
import type { KeptKind } from '@/lib/core/scan-keep.ts';
import { segmentAt } from '@/lib/core/segment.ts';
import { takeSnapshot } from '@/lib/core/snapshot.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { segmentSettingsOf } from '../bars/segment-settings.ts';
import { type PackedSnapshot, packSnapshot } from '../bars/snapshot-bytes.ts';
import { readBars } from '../bars/store.ts';
import { inTransaction } from '../db/transaction.ts';
import { notFound, Refusal } from '../error.ts';
import { enqueueJob } from '../jobs/enqueue.ts';
import type { JobContext } from '../jobs/job.ts';
import {
  copyKept,
  copySnapshots,
  findKnownSnapshots,
  findNewestScan,
  holdBars,
  type KeptRow,
  putScan,
} from '../repo/scan.ts';
import { findSeries, findSeriesIds, nameOfSeries, type SeriesRow } from '../repo/series.ts';
import { findLiveWindows } from '../repo/window.ts';
import { hasQueuedJobs } from './job.ts';
import { fillQueues } from './order-queue.ts';
import { ruleSetById, ruleSetByNumber, type UsableRuleSet } from './rule-set.ts';

/** About a tenth of a second of work, so that heartbeats and cancels get their turn. */
const BARS_AT_ONCE = 10_000;
const SNAPSHOTS_AT_ONCE = 200;
const SCAN_TRIES = 3;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';
const DAY_MS = 86_400_000;
/** All scans of a series sample `none` alike, so that the same scan again is the same. */
export const SCAN_SEED = 1;

const STORED_KIND = {
  event: 'event',
  near_miss: 'near_miss',
  undecided: 'undecided',
  none: 'sampled_none',
} as const satisfies Record<KeptKind, KeptRow['kind']>;

/** Asks for scans, one job a series. */
export async function scanSeries(
  actor: Actor,
  input: { seriesIds: 'all' | number[]; ruleSetNumber?: number; lookbackDays?: 'all' | number },
): Promise<{ jobs: { jobId: string }[] }> {
  requireRole(actor, 'admin');
  const { seriesIds, ruleSetNumber = 1, lookbackDays = 540 } = input;
  const ruleSet = await ruleSetByNumber(ruleSetNumber);
  const jobs: { jobId: string }[] = [];
  for (const seriesId of seriesIds === 'all' ? await findSeriesIds() : seriesIds) {
    const series = await existingSeries(seriesId);
    const jobId = await enqueueJob(actor, {
      kind: 'scan',
      title: `Scan ${nameOfSeries(series)} with ${ruleSet.name}`,
      payload: {
        seriesId,
        ruleSetId: ruleSet.id,
        lookbackDays: lookbackDays === 'all' ? null : lookbackDays,
        seed: SCAN_SEED,
      },
      serialKey: `series ${seriesId}`,
    });
    jobs.push({ jobId });
  }
  return { jobs };
}

export interface ScanOutcome {
  readonly seriesId: number;
  readonly series: string;
  readonly ruleSet: number;
  readonly validWindows: number;
  readonly kept: number;
  readonly newWindows: number;
  /** True where the same scan had been done already. */
  readonly unchanged: boolean;
  readonly counts: ScanCounts;
}

/** What Scan.counts holds: a figure per class, and the windows kept of the other kinds. */
export interface ScanCounts {
  readonly prevalence: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  readonly nearMisses: number;
  readonly none: number;
  readonly undecided: number;
}

type ScanContext = Pick<JobContext<JobPayload<'scan'>>, 'payload' | 'actor' | 'signal' | 'progress' | 'log'>;

/**
 * A scan as a job: the last of those asked for also puts the new windows into the queues, however it ends itself:
 * those before it have left that to it. One that is given back (its worker stops) does so when it is done again.
 */
export async function runScanJob(context: JobContext<JobPayload<'scan'>>): Promise<ScanOutcome> {
  const { signal, log } = context;
  let outcome: ScanOutcome;
  try {
    outcome = await runScan(context);
  } catch (error) {
    if (!signal.aborted || signal.reason === 'cancelled') {
      await fillWhereLast(context).catch((failure: unknown) => log(`the queue was not filled: ${failure}`));
    }
    throw error;
  }
  await fillWhereLast(context);
  return outcome;
}

async function fillWhereLast({ actor, progress, log }: ScanContext): Promise<void> {
  if (await hasQueuedJobs('scan')) return;
  progress(0.95, 'filling the queues');
  const { added } = await fillQueues(actor);
  log(`${added} windows added to the queues`);
}

/**
 * Scans one series with a rule set and stores its kept events, near misses and sampled windows, all at once.
 * The same scan again stores nothing.
 * @throws Refusal where the series or the rule set is not there, or the series has no bars
 */
export async function runScan(context: ScanContext): Promise<ScanOutcome> {
  requireRole(context.actor, 'admin');
  const ruleSet = await ruleSetById(context.payload.ruleSetId);
  for (let tries = 0; tries < SCAN_TRIES; tries++) {
    const outcome = await scanOnce(context, ruleSet).catch(nullIfRaced);
    if (outcome) return outcome;
    context.log('something else changed the bars or stored the same windows meanwhile; scanning again');
  }
  throw new Error(
    `the bars of series ${context.payload.seriesId} changed during each of ${SCAN_TRIES} scans`,
  );
}

async function scanOnce(context: ScanContext, ruleSet: UsableRuleSet): Promise<ScanOutcome | null> {
  const { payload, signal, progress, log } = context;
  const series = await existingSeries(payload.seriesId);
  const { barsKey } = series;
  if (barsKey === null) throw new Refusal('conflict', `${nameOfSeries(series)} has no bars to scan.`);
  const about = { seriesId: series.id, series: nameOfSeries(series), ruleSet: ruleSet.number };
  const before = await findNewestScan(series.id, ruleSet.id);
  if (
    before &&
    before.barsKey === barsKey &&
    before.lookbackDays === payload.lookbackDays &&
    before.seed === payload.seed
  ) {
    const counts = before.counts as unknown as ScanCounts;
    log('the same scan is the newest one already: nothing to do');
    return { ...about, validWindows: before.validWindows, kept: 0, newWindows: 0, unchanged: true, counts };
  }

  progress(0, 'reading bars');
  const bars = await readBars(barsKey);
  const result = await scanBars(bars, series, ruleSet, context);
  const counts = countKept(result);
  const { rows, snapshots } = await takeSnapshots(bars, series, result, context);
  progress(0.9, 'storing');
  const stored = await inTransaction(async (tx) => {
    if ((await holdBars(tx, series.id)) !== barsKey) return false;
    const scan = { ...payload, barsKey };
    const scanId = await putScan(tx, scan, result.validWindows, counts);
    await copySnapshots(tx, await newOnes(tx, snapshots));
    signal.throwIfAborted();
    await copyKept(tx, scan, scanId, sinceTs(bars, payload.lookbackDays), rows);
    signal.throwIfAborted();
    return true;
  });
  if (!stored) return null;
  log(`${rows.length} windows kept of ${result.validWindows} valid ones, ${snapshots.length} of them new`);
  return {
    ...about,
    validWindows: result.validWindows,
    kept: rows.length,
    newWindows: snapshots.length,
    unchanged: false,
    counts,
  };
}

async function scanBars(
  bars: Bars,
  series: SeriesRow,
  ruleSet: UsableRuleSet,
  { payload, signal, progress }: ScanContext,
): Promise<ScanResult> {
  const scan = createScan(bars, {
    timeframeMs: series.timeframeMs,
    segmentSettings: segmentSettingsOf(series),
    ruleSet: ruleSet.params,
    lookbackDays: payload.lookbackDays ?? 'all',
    seed: payload.seed,
  });
  for (let done = 0; done < scan.totalBars; ) {
    done = scan.advance(BARS_AT_ONCE);
    progress((0.5 * done) / scan.totalBars, `${done} of ${scan.totalBars} bars`);
    await yieldToOthers();
    signal.throwIfAborted();
  }
  return scan.finish();
}

/** Rows to store and the snapshots they need: none for a window whose bars are stored already. */
async function takeSnapshots(
  bars: Bars,
  series: SeriesRow,
  { kept, segments, indicators }: ScanResult,
  { signal, progress }: ScanContext,
): Promise<{ rows: KeptRow[]; snapshots: PackedSnapshot[] }> {
  const live = new Map((await findLiveWindows(series.id)).map(({ id, ts }) => [ts, id]));
  const rows: KeptRow[] = [];
  const snapshots: PackedSnapshot[] = [];
  for (let from = 0; from < kept.length; from += SNAPSHOTS_AT_ONCE) {
    const some = kept.slice(from, from + SNAPSHOTS_AT_ONCE);
    const packed = await Promise.all(
      some.map(async (window) => {
        if (live.has(window.ts)) return null;
        const segment = segmentAt(segments, window.t);
        return packSnapshot(takeSnapshot(bars, segment, indicators, window.t, series.timeframeMs));
      }),
    );
    some.forEach((window, i) => {
      const snapshot = packed[i];
      if (snapshot) snapshots.push(snapshot);
      rows.push({
        id: uuidv7(),
        existingId: live.get(window.ts) ?? null,
        ts: window.ts,
        snapshotHash: snapshot?.hash ?? null,
        kind: STORED_KIND[window.kind],
        weakClass: window.weakClass ?? 'none',
        direction: window.direction,
        poleKatr: window.poleKatr,
        inclusionProbability: window.inclusionProbability,
        weight: window.weight,
        votes: JSON.stringify(window.votes),
      });
    });
    progress(
      0.5 + (0.4 * (from + some.length)) / kept.length,
      `${from + some.length} of ${kept.length} windows`,
    );
    signal.throwIfAborted();
  }
  return { rows, snapshots };
}

/** The same bars may be known already: under another name, or from before they were restated and restated back. */
async function newOnes(tx: PoolClient, snapshots: readonly PackedSnapshot[]): Promise<PackedSnapshot[]> {
  const known = await findKnownSnapshots(
    tx,
    snapshots.map(({ hash }) => hash),
  );
  return snapshots.filter(({ hash }) => !known.has(hash));
}

/** Two series with the same bars, scanned at once, store the same snapshots: the later one looks again. */
function nullIfRaced(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return null;
  throw error;
}

function countKept({ classes, kept }: ScanResult): ScanCounts {
  const of = (kind: KeptKind) => kept.reduce((count, window) => count + (window.kind === kind ? 1 : 0), 0);
  const perClass = (figure: (id: keyof typeof classes) => number) =>
    Object.fromEntries((Object.keys(classes) as (keyof typeof classes)[]).map((id) => [id, figure(id)]));
  const none = of('none');
  return {
    prevalence: perClass((id) => classes[id].windows),
    events: perClass((id) => (id === 'none' ? none : classes[id].events)),
    nearMisses: of('near_miss'),
    none,
    undecided: of('undecided'),
  };
}

function sinceTs(bars: Bars, lookbackDays: number | null): number {
  const last = bars.ts[bars.length - 1];
  return lookbackDays === null ? bars.ts[0] : last - lookbackDays * DAY_MS;
}

async function existingSeries(id: number): Promise<SeriesRow> {
  const series = await findSeries(id);
  if (!series) throw notFound(`series ${id}`);
  return series;
}
