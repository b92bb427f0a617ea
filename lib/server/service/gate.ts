import type { GateReport, GateSet } from '@/lib/contract/gate.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { Refusal } from '../error.ts';
import { checksOf, passes } from '../gate/checks.ts';
import { datasetSet, type EvaluationSet, goldSet } from '../gate/evaluation-set.ts';
import { measureLatency } from '../gate/latency.ts';
import { datasetOf, measureSet } from '../gate/measure-set.ts';
import { knownTo } from '../gate/trained-on.ts';
import { enqueueJob } from '../jobs/enqueue.ts';
import type { JobContext } from '../jobs/job.ts';
import { findAliased } from '../repo/alias.ts';
import { findGate, insertGate, type StoredGate } from '../repo/gate.ts';
import { newestGold } from '../repo/gold.ts';
import type { VersionRow } from '../repo/model.ts';
import { requireCompatible } from '../serving/compatible.ts';
import { modelFileOf, requireVersion } from './model.ts';
import { predictMissing } from './predict.ts';

/** Share of the work up to the figures, for the progress bar. */
const PREDICTED = 0.8;

/** The newest gate of a version against another one, or against the champion, and whether it lets it be champion. */
export async function getGate(
  actor: Actor,
  { name, against }: { name: string; against?: string | undefined },
): Promise<{ gate: StoredGate | null; refusal: string | null }> {
  requireRole(actor, 'admin');
  return gateOf(await requireVersion(name), against);
}

/** The gate that a version is to pass before it is champion, and why it has not, in words; null where it has. */
export async function promotionGate(
  version: VersionRow,
): Promise<{ gate: StoredGate | null; refusal: string | null }> {
  return gateOf(version);
}

async function gateOf(version: VersionRow, against?: string) {
  const other = await opponentOf(version, against);
  const gate = await findGate(getDb(), version.id, other?.id ?? null);
  return { gate, refusal: await whyNotByGate(version, other, gate) };
}

async function whyNotByGate(
  { name }: VersionRow,
  champion: VersionRow | null,
  gate: StoredGate | null,
): Promise<string | null> {
  const against = champion ? `against ${champion.name}` : 'of the targets';
  if (!gate) return `${name} has not been through the gate ${against}.`;
  if (!gate.passed) return `${name} has failed the gate ${against}: ${gate.failed.join(', ')}.`;
  if (gate.report.gold !== (await newestGold()))
    return `Gold has been frozen again since ${name} passed the gate ${against}.`;
  return null;
}

/** Measures a version beside another one, the champion where none is named, as a job. */
export async function runGate(
  actor: Actor,
  { name, against }: { name: string; against?: string | undefined },
): Promise<{ jobId: string }> {
  requireRole(actor, 'admin');
  const version = await requireVersion(name);
  requireUsable(version);
  const other = await opponentOf(version, against);
  if (other?.id === version.id) throw new Refusal('conflict', `${name} cannot be compared with itself.`);
  if (other) requireUsable(other);
  const jobId = await enqueueJob(actor, {
    kind: 'gate',
    title: other ? `Compare ${name} with ${other.name}` : `Gate of ${name}`,
    payload: { version: name, against: other?.name ?? null },
    serialKey: `gate:${name}`,
  });
  return { jobId };
}

function requireUsable(version: VersionRow): void {
  requireCompatible(version);
  if (version.archivedAt)
    throw new Refusal('conflict', `${version.name} is archived: restore it before it is measured.`);
}

/** Null where none is named and there is no champion, or the version is that itself. */
async function opponentOf(version: VersionRow, against?: string): Promise<VersionRow | null> {
  if (against !== undefined) return requireVersion(against);
  const champion = await findAliased(getDb(), 'champion');
  return champion?.id === version.id ? null : champion;
}

type GateJob = JobContext<JobPayload<'gate'>>;

/**
 * Measures a version and the one it is held against on the same rows: test, unseen symbols and frozen gold, without
 * what either was trained on. Missing predictions are made and stored; the result is kept for good.
 */
export async function runGateJob(context: GateJob): Promise<{ gateId: number; passed: boolean }> {
  const { actor, payload, signal, progress, log } = context;
  requireRole(actor, 'admin');
  const own = await requireVersion(payload.version);
  const other = payload.against === null ? null : await requireVersion(payload.against);
  progress(0, 'reading rows');
  const { sets, ...about } = await findSets(own, other);
  for (const note of about.notes) log(note);
  const windowIds = [...new Set(sets.flatMap((set) => set.windowIds))];
  const versions = other ? [own, other] : [own];
  for (const [i, version] of versions.entries())
    await predictMissing(version, windowIds, signal, (done, missing) =>
      progress(
        (PREDICTED * (i + done / missing)) / versions.length,
        `${version.name}: ${done} of ${missing} windows predicted`,
      ),
    );
  progress(PREDICTED, 'comparing');
  const measured: GateReport['sets'] = [];
  for (const set of sets) {
    signal.throwIfAborted();
    measured.push(await measureSet(set, own, other));
  }
  const latency = await measureLatency(modelFileOf(own));
  const checks = checksOf({ sets: measured, latency }, other?.name ?? null);
  const report = { checks, latency, sets: measured, ...about };
  const passed = passes(checks);
  for (const check of checks) if (check.passed === false) log(`${check.name}: ${check.why}`);
  log(passed ? 'passed' : 'failed');
  const gateId = await insertGate(getDb(), {
    versionId: own.id,
    againstId: other?.id ?? null,
    passed,
    report,
    createdBy: actor.id,
  });
  return { gateId, passed };
}

/** The rows to measure on, and what is to be said of them. */
async function findSets(
  own: VersionRow,
  other: VersionRow | null,
): Promise<{ sets: EvaluationSet<GateSet>[] } & Pick<GateReport, 'dataset' | 'gold' | 'notes'>> {
  const [ownDataset, otherDataset] = [await datasetOf(own), other && (await datasetOf(other))];
  const source = ownDataset ?? otherDataset;
  const notes: string[] = [];
  if (!ownDataset) notes.push(`The dataset of ${own.name} is not here: what it was trained on is not known.`);
  if (other && !otherDataset)
    notes.push(`The dataset of ${other.name} is not here: what it was trained on is not known.`);
  if (!ownDataset && otherDataset) notes.push(`The rows are those of ${other?.name}'s dataset.`);
  const learnt = [ownDataset, otherDataset].filter((dataset) => dataset !== null);
  // Of its own dataset no test row is near a training row: the embargo saw to that.
  const isKnown = knownTo(learnt.filter(({ hash }) => hash !== source?.hash).flatMap(({ rows }) => rows));
  const sets: EvaluationSet<GateSet>[] = [];
  for (const split of ['test', 'unseen'] as const)
    if (source?.rows.some((row) => row.split === split))
      sets.push(await datasetSet(split, source.rows, isKnown));
  const gold = await goldSet(knownTo(learnt.flatMap(({ rows }) => rows)));
  if (gold) sets.push(gold.rows);
  for (const { set, gone } of sets)
    if (gone > 0) notes.push(`${gone} ${set} rows are left out: their windows are no longer stored.`);
  if (!sets.some(({ set, actual }) => set === 'test' && actual.length > 0))
    notes.push('There are no test rows to measure on.');
  return {
    sets: sets.filter(({ actual }) => actual.length > 0),
    dataset: source && { name: source.name, hash: source.hash },
    gold: gold?.number ?? null,
    notes,
  };
}
