import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Measured, measuredSchema } from '@/lib/contract/compare-runs.ts';
import { type CurveFigures, curveFiguresSchema } from '@/lib/contract/learning-curve.ts';
import { type Metrics, metricsSchema } from '@/lib/contract/metrics.ts';

/** A metrics.json's figures over all label sources, without its curves. */
export function measuredOf({ metrics }: Metrics): Measured {
  const entries = Object.entries(metrics).flatMap(([split, sources]) =>
    sources?.all ? [[split, sources.all]] : [],
  );
  return measuredSchema.parse(Object.fromEntries(entries));
}

/** What a run that ended left in its folder for its learning curve. */
export async function readCurveFigures(runFolder: string): Promise<CurveFigures> {
  const metrics = metricsSchema.parse(JSON.parse(await readFile(join(runFolder, 'metrics.json'), 'utf8')));
  return curveFiguresSchema.parse({ trainingRows: metrics.training_rows, test: measuredOf(metrics).test });
}
