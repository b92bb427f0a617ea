import type { Anchoring, Comparison } from '@/lib/contract/anchoring.ts';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { differenceInterval, type Tally } from '@/lib/core/metrics/interval.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { notFound } from '../error.ts';
import { type AgreementRow, countAgreement, medianSeconds } from '../repo/anchoring.ts';
import { findQueue } from '../repo/queue.ts';
import { shareOf } from './gold.ts';

/**
 * The anchoring effect of a queue. Which items are blind is drawn by lot, so that the difference in agreement with the
 * suggestion is what showing it does, not a difference between the windows.
 */
export async function anchoring(actor: Actor, { id }: { id: number }): Promise<Anchoring> {
  requireRole(actor, 'reviewer');
  if (!(await findQueue(id))) throw notFound(`queue ${id}`);
  const [rows, seconds] = await Promise.all([countAgreement(id), medianSeconds(id)]);
  const people = new Map(rows.map(({ userId, person }) => [userId, person]));
  return {
    ...compare(rows),
    seconds,
    byClass: CLASS_IDS.filter((one) => rows.some(({ suggestedClass }) => suggestedClass === one)).map(
      (one) => ({
        class: one,
        ...compare(rows.filter(({ suggestedClass }) => suggestedClass === one)),
      }),
    ),
    byPerson: [...people].map(([userId, person]) => ({
      person,
      ...compare(rows.filter((row) => row.userId === userId)),
    })),
  };
}

function compare(rows: readonly AgreementRow[]): Comparison {
  const shown = tally(rows.filter(({ blind }) => !blind));
  const blind = tally(rows.filter((row) => row.blind));
  const interval = differenceInterval(shown, blind);
  return {
    shown: shareOf(shown.hits, shown.trials),
    blind: shareOf(blind.hits, blind.trials),
    effect: interval && { value: shown.hits / shown.trials - blind.hits / blind.trials, ...interval },
  };
}

function tally(rows: readonly AgreementRow[]): Tally {
  return rows.reduce((sum, { hits, trials }) => ({ hits: sum.hits + hits, trials: sum.trials + trials }), {
    hits: 0,
    trials: 0,
  });
}
