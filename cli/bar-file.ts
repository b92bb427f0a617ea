import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import type { Bars } from '@/lib/core/bar.ts';
import { timeframeMs, timeframeOfMs } from '@/lib/core/timeframe.ts';
import { BarTable } from '@/lib/server/bars/bar-table.ts';
import { collectBars, type RowProblem } from '@/lib/server/bars/collect.ts';
import { withSpillingDuckDb } from '@/lib/server/bars/duckdb.ts';
import { guessName } from '@/lib/server/bars/guess-name.ts';
import { RowTable } from '@/lib/server/bars/row-table.ts';
import { gatherBars } from '@/lib/server/bars/store.ts';
import { unpackBarFile } from '@/lib/server/bars/unpack.ts';
import { Problem } from '@/lib/server/host/problem.mjs';

export interface BarFile {
  readonly bars: Bars;
  readonly timeframe: string;
  readonly timeframeMs: number;
  readonly rejected: readonly RowProblem[];
}

/**
 * The good bars of one file, without a database.
 * @throws Problem where there is no such file, Refusal where it is no bar file
 */
export async function readBarFile(path: string, timeframe?: string): Promise<BarFile> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new Problem(`${path} is no file.`);
  const folder = await mkdtemp(join(tmpdir(), 'halyard-'));
  try {
    return await withSpillingDuckDb(folder, (duckdb) => readFrom(path, timeframe, folder, duckdb));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readFrom(
  path: string,
  timeframe: string | undefined,
  folder: string,
  duckdb: DuckDBInstance,
): Promise<BarFile> {
  const { signal } = new AbortController();
  const rows = await RowTable.create(duckdb);
  for (const csv of await unpackBarFile(path, basename(path), folder, signal)) {
    await rows.load(csv, undefined, signal);
  }
  const [{ stepMs }] = await rows.commonestSteps(signal);
  const named =
    timeframe ?? guessName(basename(path)).timeframe ?? (stepMs === null ? null : timeframeOfMs(stepMs));
  if (!named)
    throw new Problem(`The timeframe of ${path} cannot be told; name it with --timeframe, such as 1h.`);
  const barMs = timeframeMs(named);
  const gridOffsetMs = await rows.commonestGridOffset(barMs, signal);
  const good = await BarTable.create(duckdb, 'good');
  const rejected = await collectBars(rows, good, { timeframeMs: barMs, gridOffsetMs, signal });
  if (good.length === 0) throw new Problem(`No row of ${path} is a bar.`);
  const bars = await gatherBars(good.stream(signal), good.length);
  return { bars, timeframe: named, timeframeMs: barMs, rejected };
}
