// A process of its own for each part of the benchmark `dataset`, so that the memory of a build is that of a build.
// Arguments: `store URL` or `build URL SEED`; a build answers one line of JSON.
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { type ScannedSeries, scanDemoMarket } from '@/lib/server/dataset/testing/scanned-series.ts';
import { storeMarket } from '@/lib/server/dataset/testing/store-market.ts';
import { closeDatabase, configureDatabase } from '@/lib/server/db/connection.ts';
import { runDatasetBuild } from '@/lib/server/service/dataset.ts';

/** Together a little over 100,000 rows of the sampled set, each with a snapshot of its own. */
const MARKETS = 4;
const SERIES = 14;
const BARS = 40_000;

/** Demo markets under venues of their own, a market at a time. */
function* scanMarkets(): Generator<ScannedSeries> {
  for (let seed = 1; seed <= MARKETS; seed++) {
    for (const scanned of scanDemoMarket(seed, { series: SERIES, barsPerSeries: BARS })) {
      yield { ...scanned, series: { ...scanned.series, venue: `demo${seed}` } };
    }
  }
}

async function build(seed: number): Promise<{ rows: number; seconds: number; peakMiB: number }> {
  const policy = datasetPolicySchema.parse({ name: `bench ${seed}`, sources: 'weak', seed });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const began = performance.now();
  const { rows } = await runDatasetBuild({
    jobId: 'bench',
    payload: { policy },
    actor: OPERATOR,
    signal: new AbortController().signal,
    progress: () => undefined,
    log: () => undefined,
  });
  clearInterval(watch);
  return { rows, seconds: (performance.now() - began) / 1000, peakMiB: peak / 2 ** 20 };
}

const [mode, url, seed] = process.argv.slice(2);
configureDatabase(url);
if (mode === 'store') await storeMarket(scanMarkets());
else console.log(JSON.stringify(await build(Number(seed))));
await closeDatabase();
