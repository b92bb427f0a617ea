import type { ServedModel } from '@/lib/contract/models.ts';
import { calibrate } from '@/lib/core/calibration.ts';
import type { Prediction } from '@/workers/browser/inference-protocol.ts';

/**
 * A prediction's probabilities for the class mix of the training sample instead of natural prevalence: the same
 * temperatures without the biases that move to it. A queue that balances its classes has nearly this mix; at natural
 * prevalence nine in ten windows are none, which says little about one that was chosen for its pattern.
 */
export function sampleMixProbabilities(
  { logits }: Pick<Prediction, 'logits'>,
  { temperatures }: Pick<ServedModel, 'temperatures'>,
): number[] {
  return Array.from(calibrate(logits, temperatures, new Float64Array(logits.length)));
}
