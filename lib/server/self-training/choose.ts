import { CLASS_COUNT, CLASS_IDS, type ClassId, classIndex, NONE } from '@/lib/contract/classes.ts';
import type { RoundReport, SelfTrainingSettings } from '@/lib/contract/self-training.ts';
import { biasesForMix, withoutBiases } from '@/lib/core/calibration.ts';
import { createRandom, type Random } from '@/lib/core/random.ts';
import { choosePseudoLabels } from '@/lib/core/selection/pseudo-labels.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { type Candidate, type DatasetSeries, weakLabelOf } from '../dataset/candidate.ts';
import type { NewPseudoLabel } from '../repo/round.ts';

export interface ChosenLabels {
  readonly labels: NewPseudoLabel[];
  readonly selection: NonNullable<RoundReport['selection']>;
}

/**
 * The pseudo-labels of a round, and which of them people are asked about.
 * @param pool windows that nobody has labelled
 * @param probabilities of each, the teacher's, calibrated for natural prevalence
 */
export function chooseLabels(
  pool: readonly Candidate[],
  series: ReadonlyMap<number, DatasetSeries>,
  probabilities: Float32Array,
  settings: SelfTrainingSettings,
): ChosenLabels {
  const mixes = mixesOf(pool);
  // From natural prevalence to the mix of the pool, which holds every event and only a part of what is none.
  const moved = withoutBiases(
    probabilities,
    biasesForMix(new Float64Array(CLASS_COUNT), mixes.pool, mixes.natural),
  );
  const places = pool.map(({ seriesId, ts }) => {
    const { timeframeMs } = series.get(seriesId) ?? { timeframeMs: 0 };
    return { seriesId, ts, clearFrom: ts + WINDOW_BARS * timeframeMs };
  });
  const none = classIndex(NONE);
  const chosen = choosePseudoLabels(
    { values: moved, classes: CLASS_COUNT },
    places,
    {
      thresholds: CLASS_IDS.map((id) => settings.thresholds[id]),
      caps: CLASS_IDS.map((id) => settings.caps[id]),
      balance: settings.balance,
    },
    (row, label) => label === none && pool[row].weak?.kind === 'event',
  );
  const labelled = Array.from(chosen.rows, (row, i) => ({
    windowId: pool[row].windowId,
    label: CLASS_IDS[chosen.labels[i]],
    confidence: chosen.confidences[i],
  }));
  const audited = drawAudit(labelled, settings.auditPerClass, createRandom(settings.seed));
  return {
    labels: labelled.map((one) => ({ ...one, audited: audited.has(one.windowId) })),
    selection: {
      pool: pool.length,
      naturalMix: mixes.natural,
      poolMix: mixes.pool,
      perClass: perClass((c) => chosen.counts[c]),
    },
  };
}

/** Counted once for each class, so that none has no share at all. */
const AT_LEAST = 1;

/**
 * Class shares by what the rules say: of the pool as it is, and of all windows that it stands for. A window's weight is
 * how many it stands for (1 / its inclusion probability), so the two differ by the sampling alone. Windows that the rules
 * cannot decide say nothing.
 */
function mixesOf(pool: readonly Candidate[]): { natural: number[]; pool: number[] } {
  const counts = CLASS_IDS.map(() => AT_LEAST);
  const weights = CLASS_IDS.map(() => AT_LEAST);
  for (const candidate of pool) {
    const label = weakLabelOf(candidate);
    if (label === null) continue;
    counts[classIndex(label)]++;
    weights[classIndex(label)] += candidate.weak?.naturalWeight ?? 0;
  }
  return { natural: shares(weights), pool: shares(counts) };
}

const perClass = <Value>(value: (c: number) => Value) =>
  Object.fromEntries(CLASS_IDS.map((id, c) => [id, value(c)])) as Record<ClassId, Value>;

function shares(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

/** So many of each class, drawn evenly: what people find of them holds for the rest. */
function drawAudit(
  labels: readonly { readonly windowId: string; readonly label: ClassId }[],
  perClass: number,
  random: Random,
): Set<string> {
  const drawn = new Set<string>();
  for (const id of CLASS_IDS) {
    const own = labels.filter(({ label }) => label === id).map(({ windowId }) => windowId);
    for (const windowId of random.shuffle(own).slice(0, perClass)) drawn.add(windowId);
  }
  return drawn;
}
