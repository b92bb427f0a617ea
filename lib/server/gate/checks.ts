import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import {
  type Compared,
  type GateCheck,
  type GateMix,
  type GateReport,
  TARGETS,
} from '@/lib/contract/gate.ts';

type Measured = Pick<GateReport, 'sets' | 'latency'>;

/**
 * The lines of a gate: the targets on the test rows, that no class is worse than the champion's beyond the interval of
 * their difference, the same on frozen gold, and the time for one image.
 * @param against name of the version compared with; null where there is none
 */
export function checksOf({ sets, latency }: Measured, against: string | null): GateCheck[] {
  const test = sets.find(({ set }) => set === 'test')?.sampled;
  const gold = sets.find(({ set }) => set === 'gold')?.sampled;
  return [
    least('macro_f1', 'Macro-F1', test?.macroF1, TARGETS.macroF1),
    most('ece', 'Calibration error (ECE)', test?.ece, TARGETS.ece),
    most('pole_mae', 'Pole error, ATR', test?.poleMae, TARGETS.poleMae),
    ...classChecks('class', '', test, against),
    ...(gold
      ? [
          notWorse('gold', 'Gold macro-F1', gold.macroF1, against),
          ...classChecks('gold', 'Gold ', gold, against).filter(({ own }) => own !== null),
        ]
      : []),
    most('latency', 'One image, ms', { ...UNKNOWN, own: latency.median }, TARGETS.latencyMs),
  ];
}

const UNKNOWN: Compared = {
  own: null,
  ownInterval: null,
  other: null,
  otherInterval: null,
  difference: null,
  differenceInterval: null,
};

function classChecks(
  prefix: string,
  words: string,
  mix: GateMix | undefined,
  against: string | null,
): GateCheck[] {
  return CLASS_IDS.map((id, c) =>
    notWorse(`${prefix}:${id}`, `${words}F1 ${CLASS_FACTS[id].name}`, mix?.f1[c], against),
  );
}

function least(id: string, name: string, measured: Compared | undefined, value: number): GateCheck {
  const figures = measured ?? UNKNOWN;
  const passed = figures.own !== null && figures.own >= value;
  return {
    id,
    name,
    target: { bound: 'least', value },
    ...figures,
    passed,
    why: missing(figures, passed, `below ${value}`),
  };
}

function most(id: string, name: string, measured: Compared | undefined, value: number): GateCheck {
  const figures = measured ?? UNKNOWN;
  const passed = figures.own !== null && figures.own <= value;
  return {
    id,
    name,
    target: { bound: 'most', value },
    ...figures,
    passed,
    why: missing(figures, passed, `above ${value}`),
  };
}

const missing = ({ own }: Compared, passed: boolean, words: string): string | null =>
  passed ? null : own === null ? 'could not be measured: too few rows' : `${own.toFixed(3)} is ${words}`;

/** Worse beyond the interval: all of it lies below nothing. */
function notWorse(
  id: string,
  name: string,
  measured: Compared | undefined,
  against: string | null,
): GateCheck {
  const figures = measured ?? UNKNOWN;
  const line = { id, name, target: null, ...figures };
  if (against === null) return { ...line, passed: null, why: null };
  const { differenceInterval: interval } = figures;
  if (interval === null) return { ...line, passed: null, why: 'too few rows to tell' };
  const passed = interval[1] >= 0;
  const [most, leastWorse] = [(-interval[0]).toFixed(3), (-interval[1]).toFixed(3)];
  return { ...line, passed, why: passed ? null : `worse than ${against} by ${leastWorse} to ${most}` };
}

/** A gate is passed where no line fails. */
export const passes = (checks: readonly GateCheck[]): boolean =>
  checks.every(({ passed }) => passed !== false);
