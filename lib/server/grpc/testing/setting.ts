import { vi } from 'vitest';
import { TOKEN_SCOPES, type TokenScope } from '@/lib/contract/token.ts';
import { sliceBars } from '@/lib/core/bar.ts';
import { allocateInputs, composeInputs, type ModelInputs } from '@/lib/core/image/inputs.ts';
import type { FeatureSchema } from '@/lib/core/image/schema.ts';
import { computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import { generateUniverse } from '@/lib/core/synthetic/universe.ts';
import { OPERATOR } from '../../auth/actor.ts';
import { closeDatabase, configureDatabase } from '../../db/connection.ts';
import { modelFileOf, requireVersion } from '../../service/model.ts';
import { serveVersions } from '../../service/serving.ts';
import { addToken } from '../../service/token.ts';
import { FEWEST_BARS } from '../../serving/last-window.ts';
import type { ServingSettings } from '../../serving/served-models.ts';
import {
  type ModelFile,
  type ModelOutput,
  type ModelSession,
  openModelSession,
} from '../../serving/session.ts';
import { useScratchHome as makeScratchHome } from '../../testing/bar-files.ts';
import { testDatabase } from '../../testing/database.ts';
import { makeChampion, registerTinyModels, TEST_QUANTISATION } from '../../testing/served-model.ts';
import type { Bar } from '../generated/halyard/pattern/v1/Bar.ts';
import { type PatternServer, startPatternServer } from '../server.ts';
import { openClient, type TestClient } from './client.ts';

const WATCH_MS = 50;
const [{ bars: series, timeframe }] = generateUniverse(5, { series: 1, barsPerSeries: 1000 });
const indicators = computeIndicators(series, 0, series.length);

/** Of {@link imageAt} and {@link lastBars}. */
export const TIMEFRAME: string = timeframe;

export interface Setting {
  readonly server: PatternServer;
  /** With a token for everything. */
  readonly client: TestClient;
  close(): Promise<void>;
}

/** A database and a storage with versions v0_1_0, v0_2_0 and v0_3_0 (of feature schema 2), none promoted, and a server of them. */
export async function openSetting(): Promise<Setting> {
  const removeHome = await makeScratchHome();
  const database = await testDatabase();
  configureDatabase(database.url);
  await registerTinyModels();
  const server = await startServer();
  const client = openClient(server.port, await makeToken('everything'));
  return {
    server,
    client,
    close: async () => {
      client.close();
      await server.stop();
      await closeDatabase();
      await database.drop();
      await removeHome();
    },
  };
}

export function startServer(
  settings: Partial<ServingSettings> = {},
  openSession = openOnOneThread,
): Promise<PatternServer> {
  const models = serveVersions(openSession, settings);
  return startPatternServer({ host: '127.0.0.1', port: 0, models, watchMs: WATCH_MS });
}

export const openOnOneThread = (file: ModelFile): Promise<ModelSession> => openModelSession(file, 1);

export async function makeToken(name: string, scopes: TokenScope[] = [...TOKEN_SCOPES]): Promise<string> {
  return (await addToken(OPERATOR, { name, scopes, days: null })).secret;
}

/** The window at bar `t` of a series, by the quantisation of all versions. */
export function inputsAt(t: number, schema: FeatureSchema = 1): ModelInputs {
  const inputs = allocateInputs(schema, 1);
  composeInputs(inputs, 0, series, indicators, t, TEST_QUANTISATION.global);
  return inputs;
}

/** The same as a request. */
export function imageAt(t: number, schema: FeatureSchema = 1) {
  const { images, aux } = inputsAt(t, schema);
  return { pixels: Buffer.from(images), featureSchema: schema, aux: [...(aux ?? [])] };
}

/** The fewest bars of that series that end with bar `t`, as messages. */
export function lastBars(t: number): (Bar & { ts: number; low: number })[] {
  const bars = sliceBars(series, t + 1 - FEWEST_BARS, t + 1);
  return Array.from({ length: bars.length }, (_, i) => ({
    ts: bars.ts[i],
    open: bars.open[i],
    high: bars.high[i],
    low: bars.low[i],
    close: bars.close[i],
    volume: bars.volume[i],
    ...(Number.isNaN(bars.takerBuyVolume[i]) ? {} : { takerBuyVolume: bars.takerBuyVolume[i] }),
  }));
}

/** Promotes a version and waits until the client's server answers by it. */
export async function becomesChampion(client: TestClient, name: string): Promise<void> {
  await makeChampion(name);
  await vi.waitFor(async () => {
    const { version } = await client.getModel({});
    if (version !== name) throw new Error(`the server still answers by ${version}`);
  });
}

/** What a version's session says of a window, asked directly. */
export async function askDirectly(name: string, inputs: ModelInputs): Promise<ModelOutput> {
  const session = await openModelSession(modelFileOf(await requireVersion(name)), 1);
  try {
    return await session.run(inputs);
  } finally {
    await session.release();
  }
}
