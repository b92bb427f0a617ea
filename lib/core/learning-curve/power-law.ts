/**
 * The inverse power law of learning curves, value = a - b·labels^-c (Cortes et al., "Learning curves: asymptotic values and
 * rate of convergence", NIPS 1993; Figueroa et al., BMC Medical Informatics 12:8, 2012), held within what a share can be:
 * 0 ≤ a ≤ 1, b ≥ 0, EXPONENTS.
 */
export interface PowerLaw {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** A measured share (F1, say) after learning from so many labels, with its standard error. */
export interface CurvePoint {
  readonly labels: number;
  readonly value: number;
  readonly error: number;
}

/** Slower than the first, no end is in sight; faster than the second, three sizes cannot tell it from a step. */
export const EXPONENTS = { least: 0.05, most: 2 } as const;
/** Steps of the search over the exponent, before it is narrowed down. */
const STEPS = 24;
const NARROWINGS = 26;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export function valueAt({ a, b, c }: PowerLaw, labels: number): number {
  return a - b * labels ** -c;
}

/**
 * Weighted least squares within the bounds. For a given exponent the law is linear in a and b, so only the exponent is
 * searched (variable projection).
 * @param points at least three, of positive labels and errors
 */
export function fitPowerLaw(points: readonly CurvePoint[]): PowerLaw {
  if (points.length < 3) throw new Error(`power law through ${points.length} points: at least 3 are needed`);
  const scale = Math.max(...points.map(({ labels }) => labels));
  const lossOf = (c: number) => fitLine(points, scale, c).loss;
  const losses = Array.from({ length: STEPS + 1 }, (_, step) => lossOf(exponentAt(step)));
  const best = losses.indexOf(Math.min(...losses));
  const found = narrow(lossOf, exponentAt(Math.max(0, best - 1)), exponentAt(Math.min(STEPS, best + 1)));
  const c = found.loss <= losses[best] ? found.c : exponentAt(best);
  const { a, slope } = fitLine(points, scale, c);
  return { a, b: slope * scale ** c, c };
}

const exponentAt = (step: number) => EXPONENTS.least * (EXPONENTS.most / EXPONENTS.least) ** (step / STEPS);

/** Golden-section search for the least of `lossOf` between two exponents. */
function narrow(lossOf: (c: number) => number, from: number, to: number): { c: number; loss: number } {
  let [low, high] = [from, to];
  let left = { c: high - GOLDEN * (high - low), loss: 0 };
  let right = { c: low + GOLDEN * (high - low), loss: 0 };
  left.loss = lossOf(left.c);
  right.loss = lossOf(right.c);
  for (let i = 0; i < NARROWINGS; i++) {
    if (left.loss <= right.loss) {
      high = right.c;
      right = left;
      const c = high - GOLDEN * (high - low);
      left = { c, loss: lossOf(c) };
    } else {
      low = left.c;
      left = right;
      const c = low + GOLDEN * (high - low);
      right = { c, loss: lossOf(c) };
    }
  }
  return left.loss <= right.loss ? left : right;
}

interface Line {
  readonly a: number;
  readonly slope: number;
  readonly loss: number;
}

/** The best a in [0, 1] and slope ≥ 0 of value = a - slope·(labels/scale)^-c. */
function fitLine(points: readonly CurvePoint[], scale: number, c: number): Line {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  const xs = points.map(({ labels }) => (labels / scale) ** -c);
  points.forEach(({ value, error }, i) => {
    const weight = error ** -2;
    w += weight;
    wx += weight * xs[i];
    wy += weight * value;
    wxx += weight * xs[i] ** 2;
    wxy += weight * xs[i] * value;
  });
  const loss = (a: number, slope: number) =>
    points.reduce((sum, { value, error }, i) => sum + ((value - a + slope * xs[i]) / error) ** 2, 0);
  const line = (a: number, slope: number): Line => ({ a, slope, loss: loss(a, slope) });
  const spread = w * wxx - wx ** 2;
  if (spread > 1e-12 * w * wxx) {
    const slope = (wx * wy - w * wxy) / spread;
    const a = (wy + slope * wx) / w;
    if (slope >= 0 && a >= 0 && a <= 1) return line(a, slope);
  }
  // The least of a bowl over a box lies on an edge where it does not lie inside.
  const edges = [
    line(Math.min(1, Math.max(0, wy / w)), 0),
    line(1, Math.max(0, (wx - wxy) / wxx)),
    line(0, 0),
  ];
  return edges.reduce((best, edge) => (edge.loss < best.loss ? edge : best));
}
