import { allocateInputs, composeInputs } from '@/lib/core/image/inputs.ts';
import { fitQuantisation } from '@/lib/core/image/quantisation.ts';
import { FEATURE_SCHEMA_VERSIONS, type FeatureSchema } from '@/lib/core/image/schema.ts';
import { computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { generateUniverse } from '@/lib/core/synthetic/universe.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';

const BARS = 40_000;
const WARMUP = 128;
/** Windows a batch, as a data set shard or a prediction pass holds them. */
const BATCH = 1024;

/** Windows composed a second on one core, from bars and indicators in memory to a model's inputs in a reused buffer. */
const bench: Bench = {
  name: 'image',
  about:
    'Composes what a model of each feature schema sees of every window of a synthetic series, on one core.',
  async run({ quick }) {
    const [{ bars }] = generateUniverse(1, { series: 1, barsPerSeries: BARS });
    const indicators = computeIndicators(bars, 0, bars.length);
    const fit = fitQuantisation();
    fit.add('demo', bars, indicators, 0, bars.length);
    const row = fit.finish().global;
    const pass = (schema: FeatureSchema): number => {
      const out = allocateInputs(schema, BATCH);
      const start = performance.now();
      for (let t = WARMUP; t < BARS; t++) {
        composeInputs(out, (t - WARMUP) % BATCH, bars, indicators, t, row);
      }
      return (BARS - WARMUP) / ((performance.now() - start) / 1000);
    };
    return FEATURE_SCHEMA_VERSIONS.flatMap((schema) => {
      pass(schema);
      const rates = Array.from({ length: quick ? 3 : 11 }, () => pass(schema)).sort((a, b) => a - b);
      const figure = (name: string, value: number, limit: number | null): Figure => ({
        bench: 'image',
        figure: `schema ${schema}, ${name}`,
        value: Math.round(value),
        unit: 'windows/s',
        n: rates.length,
        size: `${BARS - WARMUP} windows a pass`,
        limit,
        machine: machineName(),
      });
      return [figure('median', rates[rates.length >> 1], 20_000), figure('slowest pass', rates[0], null)];
    });
  },
};

export default bench;
