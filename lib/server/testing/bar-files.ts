import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnMapping, ImportReport } from '@/lib/contract/data.ts';
import type { Bars } from '@/lib/core/bar.ts';
import { createRandom } from '@/lib/core/random.ts';
import { OPERATOR } from '../auth/actor.ts';
import { type SeriesName, withBarWriter } from '../bars/store.ts';
import { importBars, runImport, uploadBars } from '../service/import.ts';

export const HOUR = 3_600_000;
export const START = Date.UTC(2024, 0, 1);

export interface BarText {
  ts: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  taker: string;
}

/** Hourly bars of a random walk, as the texts that a file would hold. */
export function walkBars(count: number, seed = 1, from = START, stepMs = HOUR): BarText[] {
  const random = createRandom(seed);
  let price = 100;
  return Array.from({ length: count }, (_, i) => {
    const open = price;
    price *= 1 + 0.01 * random.normal();
    const spread = 1 + 0.005 * random.next();
    const volume = 10 + 20 * random.next();
    return {
      ts: from + i * stepMs,
      open: open.toFixed(4),
      high: (Math.max(open, price) * spread).toFixed(4),
      low: (Math.min(open, price) / spread).toFixed(4),
      close: price.toFixed(4),
      volume: volume.toFixed(3),
      taker: (volume * random.next()).toFixed(3),
    };
  });
}

/** The exchange's 12 columns; stamps times `unit` (1 for ms, 1000 for µs). */
export function klineCsv(bars: readonly BarText[], { unit = 1, header = false } = {}): string {
  const head =
    'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n';
  const lines = bars.map((bar) =>
    [
      bar.ts * unit,
      bar.open,
      bar.high,
      bar.low,
      bar.close,
      bar.volume,
      (bar.ts + HOUR - 1) * unit,
      '1000',
      7,
      bar.taker,
      '500',
      0,
    ].join(','),
  );
  return `${header ? head : ''}${lines.join('\n')}\n`;
}

export function headedCsv(bars: readonly BarText[]): string {
  const lines = bars.map((bar) =>
    [bar.ts, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.taker].join(','),
  );
  return `ts_ms,open,high,low,close,volume,taker_buy_volume\n${lines.join('\n')}\n`;
}

/** Storage of a test's own. @returns what removes it */
export async function useScratchHome(): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'halyard-test-home-'));
  process.env.HALYARD_HOME = home;
  return () => rm(home, { recursive: true, force: true });
}

export interface ImportTarget {
  name?: string;
  venue?: string;
  symbol?: string;
  timeframe?: string;
  columns?: ColumnMapping;
  strict?: boolean;
  signal?: AbortSignal;
  onProgress?: (fraction: number | null, message?: string) => void;
}

export async function upload(content: string | Uint8Array, name = 'bars.csv') {
  return uploadBars(OPERATOR, { name }, new Blob([new Uint8Array(Buffer.from(content))]).stream());
}

/** Uploads and imports a file in this process. */
export async function importFile(
  content: string | Uint8Array,
  target: ImportTarget = {},
): Promise<ImportReport> {
  const {
    name = 'bars.csv',
    venue = 'test',
    symbol = 'ABC',
    timeframe = '1h',
    columns,
    strict = false,
  } = target;
  const { uploadId } = await upload(content, name);
  return runImport({
    jobId: randomUUID(),
    actor: OPERATOR,
    payload: { file: { uploadId, venue, symbol, timeframe, name, ...(columns ? { columns } : {}) }, strict },
    signal: target.signal ?? new AbortController().signal,
    progress: target.onProgress ?? (() => undefined),
    log: () => undefined,
  });
}

/** Uploads a file and asks for its import as a job. */
export async function enqueueImport(content: string, symbol: string): Promise<string> {
  const { uploadId } = await upload(content);
  const file = { uploadId, venue: 'test', symbol, timeframe: '1h' };
  const { jobs } = await importBars(OPERATOR, { files: [file] });
  return jobs[0].jobId;
}

/** Stores bars as an import would, without a series that points to them. @returns their storage key */
export async function writeBars(name: SeriesName, bars: Bars): Promise<string> {
  return withBarWriter(name, async (writer) => {
    writer.append(bars);
    return writer.publish();
  });
}
