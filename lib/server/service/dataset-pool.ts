import { WINDOW_BARS } from '@/lib/core/window.ts';
import type { Actor } from '../auth/actor.ts';
import { unpackSnapshot } from '../bars/snapshot-bytes.ts';
import type { Candidate, PseudoLabel, RecordLabel } from '../dataset/candidate.ts';
import type { FirstBars } from '../dataset/split-window.ts';
import { getDb } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { listCandidates } from '../repo/dataset.ts';
import { findRound, readPseudoLabels } from '../repo/round.ts';
import { streamSnapshots } from '../repo/snapshot-stream.ts';
import { labelsOfRecord } from './record.ts';

/** What datasets are chosen from. */
export interface Pool {
  /** Every stored window of a series with what a rule set says of it, oldest first. */
  candidates(seriesId: number, ruleSetId: number): Promise<readonly Candidate[]>;
  /** Labels of record by window id. */
  records(actor: Actor): Promise<ReadonlyMap<string, RecordLabel>>;
  /** The pseudo-labels of a round by window id. @throws Refusal where they count for nothing */
  pseudoLabels(roundId: number): Promise<ReadonlyMap<string, PseudoLabel>>;
  /** Open times of the first bars of windows, by snapshot hash. */
  firstBars(snapshotHashes: readonly string[], signal: AbortSignal): Promise<FirstBars>;
}

/** A round's own dataset is built before it is decided; what was rejected or taken back counts no more. */
async function standingPseudoLabels(roundId: number): Promise<ReadonlyMap<string, PseudoLabel>> {
  const round = await findRound(getDb(), roundId);
  if (!round) throw notFound(`round ${roundId}`);
  if (round.state === 'rejected' || round.state === 'reverted')
    throw new Refusal('conflict', `Round ${roundId} is ${round.state}: its pseudo-labels count for nothing.`);
  return readPseudoLabels(roundId);
}

/** The pool as the database has it now: what a build is made of. */
export const storedPool: Pool = {
  candidates: listCandidates,
  async records(actor) {
    const records = new Map<string, RecordLabel>();
    for await (const { windowId, ...record } of labelsOfRecord(actor)) records.set(windowId, record);
    return records;
  },
  pseudoLabels: standingPseudoLabels,
  async firstBars(hashes, signal) {
    const found = new Map<string, number>();
    for await (const { index, bytes } of streamSnapshots(hashes, signal)) {
      const { bars } = unpackSnapshot(bytes);
      found.set(hashes[index], bars.ts[bars.length - WINDOW_BARS]);
    }
    return found;
  },
};

/** What is kept is let go after so long: labels and windows of the last moments may be missing from it. */
const KEPT_MS = 30_000;
/** Windows in memory at most, about 300 bytes each; series beyond that are read each time. */
const MOST_KEPT = 300_000;

interface Kept {
  readonly candidates: Map<string, Promise<readonly Candidate[]>>;
  readonly firstBars: Map<string, number>;
  records: Promise<ReadonlyMap<string, RecordLabel>> | null;
  windows: number;
}
let kept: Kept | null = null;

/** What was read in the last half minute; the first question after that begins anew. */
function keptNow(): Kept {
  if (kept) return kept;
  kept = { candidates: new Map(), firstBars: new Map(), records: null, windows: 0 };
  setTimeout(() => {
    kept = null;
  }, KEPT_MS).unref();
  return kept;
}

/** The pool as it was at most half a minute ago, for whoever tries one policy after another. */
export const keptPool: Pool = {
  async candidates(seriesId, ruleSetId) {
    const now = keptNow();
    const key = `${seriesId} ${ruleSetId}`;
    const known = now.candidates.get(key);
    if (known !== undefined) return known;
    const reading = storedPool.candidates(seriesId, ruleSetId);
    now.candidates.set(key, reading);
    try {
      now.windows += (await reading).length;
      if (now.windows > MOST_KEPT) {
        now.windows -= (await reading).length;
        now.candidates.delete(key);
      }
    } catch (error) {
      now.candidates.delete(key);
      throw error;
    }
    return reading;
  },
  async records(actor) {
    const now = keptNow();
    now.records ??= storedPool.records(actor);
    try {
      return await now.records;
    } catch (error) {
      now.records = null;
      throw error;
    }
  },
  pseudoLabels: standingPseudoLabels,
  async firstBars(hashes, signal) {
    const { firstBars } = keptNow();
    const missing = hashes.filter((hash) => !firstBars.has(hash));
    for (const [hash, ts] of await storedPool.firstBars(missing, signal)) firstBars.set(hash, ts);
    return firstBars;
  },
};
