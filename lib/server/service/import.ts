import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BAR_COLUMNS,
  type FilePreview,
  type ImportReport,
  type importFileSchema,
} from '@/lib/contract/data.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import type { z } from '@/lib/contract/zod.ts';
import { timeframeMs, timeframeOfMs } from '@/lib/core/timeframe.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { type Collected, collectBars, commonestStepMs, type NamedRows } from '../bars/collect.ts';
import { guessName } from '../bars/guess-name.ts';
import { readCsv, readStart, sniffCsv } from '../bars/read-csv.ts';
import { type CsvFile, unpackBarFile } from '../bars/unpack.ts';
import { openUpload, removeUpload, saveUpload, type Upload } from '../bars/upload.ts';
import { Refusal } from '../error.ts';
import { enqueueJob } from '../jobs/enqueue.ts';
import type { JobContext } from '../jobs/job.ts';
import { logger } from '../log.ts';
import { findSeriesByName } from '../repo/series.ts';
import { storage } from '../storage.ts';
import { storeBars } from './store-bars.ts';

/** Rows that tell the timeframe of a file. */
const FEWEST_STEPS = 3;

/**
 * Keeps a bar file and says what it seems to be, so that a person can correct the guess before importing it.
 * @throws Refusal where it holds no rows that could be bars
 */
export async function uploadBars(
  actor: Actor,
  { name }: { name: string },
  stream: ReadableStream<Uint8Array>,
): Promise<FilePreview> {
  requireRole(actor, 'admin');
  const upload = await saveUpload(name, stream);
  try {
    return await preview(upload);
  } catch (error) {
    await removeUpload(upload.id);
    throw error;
  }
}

async function preview(upload: Upload): Promise<FilePreview> {
  const { signal } = new AbortController();
  return withScratch(async (folder) => {
    const [first] = await unpackBarFile(upload.path, upload.name, folder, signal);
    const layout = await sniffCsv(first);
    const guess = guessName(upload.name);
    return {
      uploadId: upload.id,
      name: upload.name,
      bytes: upload.bytes,
      format: layout.format,
      headers: [...layout.headers],
      columns: layout.columns,
      venue: guess.venue,
      symbol: guess.symbol,
      timeframe: guess.timeframe ?? (await guessTimeframe(first, folder)),
      sample: layout.sample.map((row) => [...row]),
    };
  });
}

/** From the stamps of the first rows; null where the columns cannot be told either. */
async function guessTimeframe(file: CsvFile, folder: string): Promise<string | null> {
  const layout = await sniffCsv(file);
  if (BAR_COLUMNS.some((column) => column !== 'taker_buy_volume' && layout.columns[column] === undefined))
    return null;
  const start = await readStart(file.path);
  const head = { ...file, path: join(folder, 'head.csv') };
  await writeFile(head.path, start.slice(0, start.lastIndexOf('\n') + 1) || start, 'latin1');
  const { bars } = await readCsv(head, undefined, new AbortController().signal);
  const step = commonestStepMs(bars.ts);
  return step === null ? null : timeframeOfMs(step);
}

/** Asks for the import of uploaded files, one job a file. Imports into one series run one after another. */
export async function importBars(
  actor: Actor,
  { files, strict = false }: { files: z.output<typeof importFileSchema>[]; strict?: boolean },
): Promise<{ jobs: { jobId: string }[] }> {
  requireRole(actor, 'admin');
  const uploads = await Promise.all(files.map(({ uploadId }) => openUpload(uploadId)));
  const jobs: { jobId: string }[] = [];
  for (const [i, file] of files.entries()) {
    const series = `${file.venue} ${file.symbol} ${file.timeframe}`;
    const jobId = await enqueueJob(actor, {
      kind: 'import',
      title: `Import ${uploads[i].name} into ${series}`,
      payload: { file: { ...file, name: uploads[i].name }, strict },
      serialKey: `series ${series}`,
    });
    jobs.push({ jobId });
  }
  return { jobs };
}

/**
 * Imports one uploaded file: reads and checks all rows, leaves out the bad ones, and lands the good ones at once. Then
 * the file is no longer kept; after a refusal it is, so that the import can be asked for in another way.
 * @throws Refusal where the file is no bar file, has no good row, or has a bad one and the import is strict
 */
export async function runImport(context: JobContext<JobPayload<'import'>>): Promise<ImportReport> {
  const { payload, signal, actor } = context;
  requireRole(actor, 'admin');
  const { file, strict } = payload;
  const upload = await openUpload(file.uploadId);
  const { collected, timeframeMs } = await readGoodRows(context, upload);
  for (const { kind, count, examples } of collected.rejected) {
    context.log(`left out ${count} × ${kind}: ${examples.map(({ message }) => message).join('; ')}`);
  }
  refuseWhereBad(file.name, collected, strict);
  context.progress(0.7, 'merging');
  const { venue, symbol, timeframe } = file;
  const stored = await storeBars({ venue, symbol, timeframe }, collected.bars, {
    gridOffsetMs: collected.gridOffsetMs,
    synthetic: false,
    signal,
  });
  await removeUpload(upload.id).catch((error: unknown) => {
    // The bars are in; the sweep takes the file.
    logger.warn({ err: error, uploadId: upload.id }, 'an imported file was not removed');
  });
  context.log(
    `${stored.added} bars added, ${stored.unchanged} unchanged, ${stored.restated} restated; ${stored.gaps} gaps of ${timeframeMs} ms bars`,
  );
  return {
    seriesId: stored.seriesId,
    series: `${venue} ${symbol} ${timeframe}`,
    file: file.name,
    rowsRead: collected.rowsRead,
    barsAdded: stored.added,
    barsUnchanged: stored.unchanged,
    barsRestated: stored.restated,
    windowsMadeStale: stored.windowsMadeStale,
    gaps: stored.gaps,
    rejected: collected.rejected,
  };
}

async function readGoodRows(
  { payload: { file }, signal, progress }: JobContext<JobPayload<'import'>>,
  upload: Upload,
): Promise<{ collected: Collected; timeframeMs: number }> {
  const barMs = timeframeMs(file.timeframe);
  return withScratch(async (folder) => {
    progress(0.02, 'unpacking');
    const csvFiles = await unpackBarFile(upload.path, file.name, folder, signal);
    const parts: NamedRows[] = [];
    for (const [i, csv] of csvFiles.entries()) {
      progress(0.2 + (0.4 * i) / csvFiles.length, `reading ${csv.name}`);
      parts.push({ name: csv.name, rows: await readCsv(csv, file.columns, signal) });
    }
    progress(0.6, 'checking');
    refuseOtherTimeframe(parts, file.timeframe, barMs, file.name);
    const series = await findSeriesByName(file.venue, file.symbol, file.timeframe);
    return { collected: collectBars(parts, barMs, series?.gridOffsetMs ?? null), timeframeMs: barMs };
  });
}

function refuseOtherTimeframe(
  parts: readonly NamedRows[],
  timeframe: string,
  timeframeMs: number,
  name: string,
): void {
  for (const { rows } of parts) {
    if (rows.bars.length <= FEWEST_STEPS) continue;
    const step = commonestStepMs(rows.bars.ts);
    if (step === null || step === timeframeMs) continue;
    const found = timeframeOfMs(step);
    throw new Refusal(
      'invalid',
      `${name} was to be imported as ${timeframe}, but its bars are ${step} ms apart${found ? `, which is ${found}` : ''}.`,
    );
  }
}

function refuseWhereBad(name: string, { bars, rejected, rowsRead }: Collected, strict: boolean): void {
  const count = rejected.reduce((sum, problem) => sum + problem.count, 0);
  const [first] = rejected;
  const why = first ? ` The first is ${first.kind}: ${first.examples[0]?.message}.` : '';
  if (rowsRead === 0) throw new Refusal('invalid', `${name} holds no rows.`);
  if (bars.length === 0)
    throw new Refusal('invalid', `None of the ${rowsRead} rows of ${name} is a bar.${why}`);
  if (strict && count > 0) {
    throw new Refusal(
      'invalid',
      `${count} of ${rowsRead} rows of ${name} are no bars, and the import is strict.${why}`,
    );
  }
}

async function withScratch<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await storage.scratch('import');
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
