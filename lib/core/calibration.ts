/** softmax(x), computed from the largest value down so that it cannot overflow; -Infinity gets probability 0. */
export function softmax(x: ArrayLike<number>): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < x.length; c++) largest = Math.max(largest, x[c]);
  if (!Number.isFinite(largest))
    throw new Error(`softmax of [${Array.from(x)}]: at least one value must be finite`);
  const probabilities = new Float64Array(x.length);
  let sum = 0;
  for (let c = 0; c < x.length; c++) {
    probabilities[c] = Math.exp(x[c] - largest);
    sum += probabilities[c];
  }
  for (let c = 0; c < x.length; c++) probabilities[c] /= sum;
  return probabilities;
}

/**
 * Calibrated probabilities, the formula of the ONNX graph: softmax(logits / temperatures + biases), class by class.
 * @param logits the model's raw output, one value a class
 * @param temperatures the model's `temp_scaling`, each > 0
 * @param biases the model's `biases`, which stand for natural prevalence; for the mix of a queue or a pool, those
 *   moved there by `biasesForMix`
 * @returns one probability a class, summing to 1
 */
export function calibrate(
  logits: ArrayLike<number>,
  temperatures: ArrayLike<number>,
  biases: ArrayLike<number>,
): Float64Array {
  const classes = logits.length;
  if (temperatures.length !== classes || biases.length !== classes) {
    throw new Error(
      `calibrate: ${classes} logits, ${temperatures.length} temperatures and ${biases.length} biases; one of each a class is needed`,
    );
  }
  const scaled = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    if (!(temperatures[c] > 0))
      throw new Error(`temperature ${temperatures[c]} of class ${c}: must be above 0`);
    scaled[c] = logits[c] / temperatures[c] + biases[c];
  }
  return softmax(scaled);
}

/**
 * Moves biases from one class mix to another: biases + ln(to / from), Bayes' rule for a changed prior with unchanged
 * likelihoods (Saerens, Latinne & Decaestecker 2002). From zeros and the training mix to natural prevalence it gives
 * a model's `biases`; from those and natural prevalence to a queue's mix, the biases for that queue.
 * @param from share of each class where `biases` hold; any scale, each > 0 wherever `to` is
 * @param to wanted share of each class, any scale; a class with share 0 gets probability 0
 */
export function biasesForMix(
  biases: ArrayLike<number>,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
): Float64Array {
  const classes = biases.length;
  if (from.length !== classes || to.length !== classes) {
    throw new Error(`class mix: ${biases.length} biases, ${from.length} shares from, ${to.length} shares to`);
  }
  const total = (mix: ArrayLike<number>): number => {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      if (!(mix[c] >= 0)) throw new Error(`class mix [${Array.from(mix)}]: share ${c} must be 0 or more`);
      sum += mix[c];
    }
    return sum;
  };
  const fromTotal = total(from);
  const toTotal = total(to);
  const moved = new Float64Array(classes);
  for (let c = 0; c < classes; c++) {
    if (to[c] > 0 && from[c] === 0) {
      throw new Error(`class mix: class ${c} has share ${to[c]} to come but none to come from`);
    }
    moved[c] =
      to[c] === 0 ? Number.NEGATIVE_INFINITY : biases[c] + Math.log(to[c] / toTotal / (from[c] / fromTotal));
  }
  return moved;
}

/**
 * Calibrated probabilities as they would be without the biases: for the sampled mix instead of natural prevalence. The
 * inverse of the last step of `calibrate`, for where the logits are not at hand.
 * @param probabilities rows of one number a class, row by row
 * @param biases the model's `biases`
 */
export function withoutBiases(probabilities: ArrayLike<number>, biases: ArrayLike<number>): Float64Array {
  const classes = biases.length;
  if (probabilities.length % classes !== 0)
    throw new Error(`${probabilities.length} probabilities are no whole rows of ${classes} classes`);
  const moved = new Float64Array(probabilities.length);
  for (let row = 0; row < moved.length; row += classes) {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      moved[row + c] = probabilities[row + c] * Math.exp(-biases[c]);
      sum += moved[row + c];
    }
    for (let c = 0; c < classes; c++) moved[row + c] /= sum;
  }
  return moved;
}
