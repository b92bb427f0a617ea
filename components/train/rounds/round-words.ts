import type { Status } from '@/components/class/status-dot.tsx';
import { formatCount } from '@/components/figure/format.ts';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import {
  type AuditedClass,
  ROUND_STEPS,
  type Round,
  type RoundState,
  type RoundStep,
  type SelfTraining,
} from '@/lib/contract/self-training.ts';

export const ROUND_STATUS: Readonly<Record<RoundState, Status>> = {
  running: 'busy',
  auditing: 'warn',
  accepted: 'good',
  rejected: 'bad',
  failed: 'bad',
  cancelled: 'warn',
  reverted: 'idle',
};

export const STEP_WORDS: Readonly<Record<RoundStep, string>> = {
  predict: 'Predict the pool',
  select: 'Choose',
  audit: 'Audit',
  dataset: 'Dataset',
  train: 'Student and control',
  compare: 'Compare',
};

export const VERDICT_WORDS: Readonly<Record<AuditedClass['verdict'], string>> = {
  holds: 'holds',
  below: 'below the floor',
  open: 'not sure yet',
};

/** How far each step of a round is. */
export function stepsOf({ state, step }: Pick<Round, 'state' | 'step'>): {
  step: RoundStep;
  at: 'done' | 'now' | 'stopped' | 'to come';
}[] {
  const here = ROUND_STEPS.indexOf(step);
  const isOver = state === 'accepted' || state === 'reverted';
  const isStopped = state === 'failed' || state === 'cancelled' || state === 'rejected';
  return ROUND_STEPS.map((one, i) => {
    if (i < here || isOver) return { step: one, at: 'done' };
    if (i > here) return { step: one, at: 'to come' };
    return { step: one, at: isStopped ? 'stopped' : 'now' };
  });
}

/** Windows of an audit that people have judged, and that they were asked about. */
export function auditProgress(audit: Round['audit']): { judged: number; asked: number } {
  const sum = (part: 'judged' | 'asked') => CLASS_IDS.reduce((all, id) => all + (audit?.[id][part] ?? 0), 0);
  return { judged: sum('judged'), asked: sum('asked') };
}

/** What a round says of itself in a line: how it ended, or what it waits for. */
export function roundWords(round: Round): string {
  const { state, step, reason, decidedBy } = round;
  if (state === 'auditing') {
    const { judged, asked } = auditProgress(round.audit);
    return `People have judged ${formatCount(judged)} of ${formatCount(asked)} windows.`;
  }
  if (state === 'running')
    return step === 'train' ? 'Student and control are being trained.' : `${STEP_WORDS[step]}…`;
  const by = decidedBy === null ? '' : ` By ${decidedBy}.`;
  return `${reason ?? (state === 'cancelled' ? 'Stopped; it can go on where it was.' : '')}${by}`;
}

/** What the rounds of a self-training show one after another; null for what a round did not come to. */
export interface RoundPoint {
  readonly number: number;
  /** Of the student's training rows, pseudo-labels. */
  readonly pseudoShare: number | null;
  /** How far the class mix of the pseudo-labels is from that of the labels: total variation, 0 to 1. */
  readonly drift: number | null;
  /** On the validation rows. */
  readonly ece: number | null;
  readonly eceNatural: number | null;
  readonly macroF1: number | null;
  readonly control: number | null;
}

export function pointsOf({ rounds }: Pick<SelfTraining, 'rounds'>): RoundPoint[] {
  return rounds.map(({ number, report: { trainingRows, comparison } }) => {
    const validation = comparison?.sets.find(({ set }) => set === 'validation');
    const labels = trainingRows && addUp(trainingRows.record, trainingRows.weak);
    return {
      number,
      pseudoShare: trainingRows && labels ? shareOf(trainingRows.pseudo, labels) : null,
      drift: trainingRows && labels ? distance(trainingRows.pseudo, labels) : null,
      ece: validation?.control.sampled.ece.own ?? null,
      eceNatural: validation?.control.natural?.ece.own ?? null,
      macroF1: validation?.control.sampled.macroF1.own ?? null,
      control: validation?.control.sampled.macroF1.other ?? null,
    };
  });
}

const addUp = (a: readonly number[] = [], b: readonly number[] = []): number[] =>
  CLASS_IDS.map((_, c) => (a[c] ?? 0) + (b[c] ?? 0));
const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

function shareOf(part: readonly number[] | undefined, rest: readonly number[]): number | null {
  const own = total(part ?? []);
  const all = own + total(rest);
  return all > 0 ? own / all : null;
}

function distance(a: readonly number[] | undefined, b: readonly number[]): number | null {
  const [one, other] = [total(a ?? []), total(b)];
  if (!a || one === 0 || other === 0) return null;
  return a.reduce((sum, count, c) => sum + Math.abs(count / one - b[c] / other), 0) / 2;
}
