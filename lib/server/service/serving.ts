import { availableParallelism } from 'node:os';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import type { SegmentSettings } from '@/lib/core/segment.ts';
import { segmentSettingsOf } from '../bars/segment-settings.ts';
import { getDb } from '../db/connection.ts';
import { Refusal } from '../error.ts';
import { findChampionName } from '../repo/alias.ts';
import { findSeriesByName } from '../repo/series.ts';
import { ServedModels, type ServingSettings, type VersionSource } from '../serving/served-models.ts';
import { type ModelFile, type ModelSession, openModelSession } from '../serving/session.ts';
import { modelFileOf, requireVersion } from './model.ts';

const SETTINGS: ServingSettings = {
  batch: { images: 16, waiting: 256 },
  mostOpen: 4,
  releaseAfterMs: 60_000,
  retryAfterMs: 10_000,
};

const versions: VersionSource = {
  championName: async () => (await findChampionName(getDb()))?.name ?? null,
  load: async (name) => {
    const row = await requireVersion(name);
    if (row.archivedAt) {
      throw new Refusal(
        'conflict',
        `Version ${name} is archived: leave model_version empty for the champion, or an admin brings it back by "halyard model restore ${name}".`,
      );
    }
    const { quantisation, thresholds } = metricsSchema.parse(row.metrics);
    return { file: modelFileOf(row), quantisation, thresholds };
  },
};

/** The registered versions, as a server answers by them. */
export function serveVersions(
  openSession: (file: ModelFile) => Promise<ModelSession> = openBesideNetwork,
  settings: Partial<ServingSettings> = {},
): ServedModels {
  return new ServedModels(versions, openSession, { ...SETTINGS, ...settings });
}

/** One core stays for the network's part. */
const openBesideNetwork = (file: ModelFile): Promise<ModelSession> =>
  openModelSession(file, Math.max(1, availableParallelism() - 1));

/** The gaps that a series of this app may have; null for one it does not know. */
export async function segmentSettingsNamed(series: {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
}): Promise<SegmentSettings | null> {
  const row = await findSeriesByName(series.venue, series.symbol, series.timeframe);
  return row && segmentSettingsOf(row);
}
