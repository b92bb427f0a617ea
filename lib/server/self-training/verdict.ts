import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { AuditedClass, RoundComparison } from '@/lib/contract/self-training.ts';
import { wilsonInterval } from '@/lib/core/metrics/interval.ts';
import type { AuditTally } from '../repo/round.ts';

const NOT_ASKED: AuditTally = { asked: 0, judged: 0, right: 0 };

/** The precision of a class's pseudo-labels as far as people have judged them. @param floor see the settings of a self-training */
export function auditOf(tally: AuditTally | undefined, floor: number): AuditedClass {
  const { asked, judged, right } = tally ?? NOT_ASKED;
  const found = wilsonInterval(right, judged);
  return {
    ...{ asked, judged, right },
    precision: judged > 0 ? right / judged : null,
    interval: found && [found.low, found.high],
    verdict: !found ? 'open' : found.high < floor ? 'below' : found.low >= floor ? 'holds' : 'open',
  };
}

export type Audit = Record<ClassId, AuditedClass>;

export function auditOfAll(tallies: Partial<Record<ClassId, AuditTally>> | undefined, floor: number): Audit {
  return Object.fromEntries(CLASS_IDS.map((id) => [id, auditOf(tallies?.[id], floor)])) as Audit;
}

/** Why an audit ends its round, in words; null where it does not. */
export function auditRefusal(audit: Audit, floor: number): string | null {
  const below = CLASS_IDS.filter((id) => audit[id].verdict === 'below').map((id) => {
    const { right, judged, interval } = audit[id];
    const [low, high] = interval ?? [0, 0];
    return `${CLASS_FACTS[id].name.toLowerCase()} ${right} of ${judged} right (${percent(low)} to ${percent(high)})`;
  });
  return below.length === 0 ? null : `Audited precision below ${percent(floor)}: ${below.join('; ')}.`;
}

/** How many windows of an audit nobody has judged yet. */
export const stillToJudge = (audit: Audit): number =>
  CLASS_IDS.reduce((sum, id) => sum + audit[id].asked - audit[id].judged, 0);

export interface Verdict {
  readonly accepted: boolean;
  /** In words. */
  readonly reason: string;
}

/**
 * Whether a student is accepted: on the validation rows it must beat the control, which took as many steps without the
 * pseudo-labels, by more than `leastGain` over the whole 95 % interval of their paired difference; and neither there nor
 * on gold may it be surely worse than its teacher or the control.
 */
export function decide({ sets }: RoundComparison, leastGain: number): Verdict {
  const validation = sets.find(({ set }) => set === 'validation');
  const gain = validation?.control.sampled.macroF1;
  if (!gain || gain.difference === null || gain.differenceInterval === null)
    return { accepted: false, reason: 'Too few validation rows to tell the student from the control.' };
  for (const { set, teacher, control } of sets) {
    for (const [who, { sampled }] of [
      ['its teacher', teacher],
      ['the control', control],
    ] as const) {
      const { difference, differenceInterval } = sampled.macroF1;
      if (difference === null || differenceInterval === null) continue;
      const [low, high] = differenceInterval;
      // What may be lost to the control is the settings' to say.
      const least = who === 'the control' ? Math.min(0, leastGain) : 0;
      if (high < least)
        return {
          accepted: false,
          reason: `Worse than ${who} on ${set}: macro-F1 ${signed(difference)} (${signed(low)} to ${signed(high)}).`,
        };
    }
  }
  const [low, high] = gain.differenceInterval;
  const figures = `macro-F1 ${signed(gain.difference)} (${signed(low)} to ${signed(high)}) beside the control`;
  return low > leastGain
    ? { accepted: true, reason: `Validation ${figures}.` }
    : {
        accepted: false,
        reason: `No sure gain: validation ${figures}; all of it must lie above ${signed(leastGain)}.`,
      };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const signed = (value: number) => `${value < 0 ? '−' : value > 0 ? '+' : ''}${Math.abs(value).toFixed(3)}`;
