import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Bars } from '@/lib/core/bar.ts';
import { timeframeMs, timeframeOfMs } from '@/lib/core/timeframe.ts';
import { collectBars, commonestStepMs, type NamedRows, type RowProblem } from '@/lib/server/bars/collect.ts';
import { guessName } from '@/lib/server/bars/guess-name.ts';
import { readCsv } from '@/lib/server/bars/read-csv.ts';
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
    const { signal } = new AbortController();
    const parts: NamedRows[] = [];
    for (const csv of await unpackBarFile(path, basename(path), folder, signal)) {
      parts.push({ name: csv.name, rows: await readCsv(csv, undefined, signal) });
    }
    const step = commonestStepMs(parts[0].rows.bars.ts);
    const named =
      timeframe ?? guessName(basename(path)).timeframe ?? (step === null ? null : timeframeOfMs(step));
    if (!named)
      throw new Problem(`The timeframe of ${path} cannot be told; name it with --timeframe, such as 1h.`);
    const barMs = timeframeMs(named);
    const { bars, rejected } = collectBars(parts, barMs, null);
    if (bars.length === 0) throw new Problem(`No row of ${path} is a bar.`);
    return { bars, timeframe: named, timeframeMs: barMs, rejected };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
