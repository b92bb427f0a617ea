import { rm } from 'node:fs/promises';
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
import { BarTable } from '../bars/bar-table.ts';
import { collectBars, type RowProblem } from '../bars/collect.ts';
import { withSpillingDuckDb } from '../bars/duckdb.ts';
import { guessName } from '../bars/guess-name.ts';
import { RowTable } from '../bars/row-table.ts';
import { type CsvLayout, HEAD_BYTES, sniffCsv } from '../bars/sniff-csv.ts';
import { type CsvFile, unpackBarFile, unpackHead } from '../bars/unpack.ts';
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
  return storage.withScratch('import', async (folder) => {
    const head = await unpackHead(upload.path, upload.name, folder, HEAD_BYTES);
    const layout = await sniffCsv(head);
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
      timeframe: guess.timeframe ?? (await guessTimeframe(head, layout, folder)),
      sample: layout.sample.map((row) => [...row]),
    };
  });
}

/** From the stamps of the first rows; null where the columns cannot be told either. */
async function guessTimeframe(head: CsvFile, { columns }: CsvLayout, folder: string): Promise<string | null> {
  if (BAR_COLUMNS.some((column) => column !== 'taker_buy_volume' && columns[column] === undefined))
    return null;
  const { signal } = new AbortController();
  return withSpillingDuckDb(folder, async (duckdb) => {
    const rows = await RowTable.create(duckdb);
    await rows.load(head, undefined, signal);
    const [{ stepMs }] = await rows.commonestSteps(signal);
    return stepMs === null ? null : timeframeOfMs(stepMs);
  });
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
 * the file is no longer kept; after a refusal it is, so that the import can be asked for in another way. Memory stays
 * the same however many rows there are.
 * @throws Refusal where the file is no bar file, has no good row, or has a bad one and the import is strict
 */
export async function runImport(context: JobContext<JobPayload<'import'>>): Promise<ImportReport> {
  const { payload, actor } = context;
  requireRole(actor, 'admin');
  const upload = await openUpload(payload.file.uploadId);
  const report = await storage.withScratch('import', (folder) => importFrom(upload, folder, context));
  await removeUpload(upload.id).catch((error: unknown) => {
    // The bars are in; the sweep takes the file.
    logger.warn({ err: error, uploadId: upload.id }, 'an imported file was not removed');
  });
  return report;
}

async function importFrom(
  upload: Upload,
  folder: string,
  { payload: { file, strict }, signal, progress, log }: JobContext<JobPayload<'import'>>,
): Promise<ImportReport> {
  const { venue, symbol, timeframe } = file;
  progress(0.02, 'unpacking');
  const csvFiles = await unpackBarFile(upload.path, file.name, folder, signal);
  return withSpillingDuckDb(folder, async (duckdb) => {
    const rows = await RowTable.create(duckdb);
    for (const [i, csv] of csvFiles.entries()) {
      progress(0.2 + (0.3 * i) / csvFiles.length, `reading ${csv.name}`);
      await rows.load(csv, file.columns, signal);
      await rm(csv.path);
    }
    progress(0.5, 'checking');
    const barMs = timeframeMs(timeframe);
    await refuseOtherTimeframe(rows, timeframe, file.name, signal);
    const series = await findSeriesByName(venue, symbol, timeframe);
    const gridOffsetMs = series?.gridOffsetMs ?? (await rows.commonestGridOffset(barMs, signal));
    const good = await BarTable.create(duckdb, 'good');
    const rejected = await collectBars(rows, good, {
      timeframeMs: barMs,
      gridOffsetMs,
      signal,
      onRows: (done) => progress(0.5 + (0.2 * done) / rows.length),
    });
    for (const { kind, count, examples } of rejected) {
      log(`left out ${count} × ${kind}: ${examples.map(({ message }) => message).join('; ')}`);
    }
    refuseWhereBad(file.name, { read: rows.length, good: good.length, rejected }, strict);

    progress(0.7, 'merging');
    const stored = await storeBars({ venue, symbol, timeframe }, () => good.stream(signal), {
      gridOffsetMs,
      synthetic: false,
      signal,
    });
    log(
      `${stored.added} bars added, ${stored.unchanged} unchanged, ${stored.restated} restated; ${stored.gaps} gaps of ${barMs} ms bars`,
    );
    return {
      seriesId: stored.seriesId,
      series: `${venue} ${symbol} ${timeframe}`,
      file: file.name,
      rowsRead: rows.length,
      barsAdded: stored.added,
      barsUnchanged: stored.unchanged,
      barsRestated: stored.restated,
      windowsMadeStale: stored.windowsMadeStale,
      gaps: stored.gaps,
      rejected,
    };
  });
}

async function refuseOtherTimeframe(
  rows: RowTable,
  timeframe: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  for (const { rows: count, stepMs } of await rows.commonestSteps(signal)) {
    if (count <= FEWEST_STEPS || stepMs === null || stepMs === timeframeMs(timeframe)) continue;
    const found = timeframeOfMs(stepMs);
    throw new Refusal(
      'invalid',
      `${name} was to be imported as ${timeframe}, but its bars are ${stepMs} ms apart${found ? `, which is ${found}` : ''}.`,
    );
  }
}

function refuseWhereBad(
  name: string,
  { read, good, rejected }: { read: number; good: number; rejected: readonly RowProblem[] },
  strict: boolean,
): void {
  const [first] = rejected;
  const why = first ? ` The first is ${first.kind}: ${first.examples[0]?.message}.` : '';
  if (read === 0) throw new Refusal('invalid', `${name} holds no rows.`);
  if (good === 0) throw new Refusal('invalid', `None of the ${read} rows of ${name} is a bar.${why}`);
  if (strict && good < read) {
    throw new Refusal(
      'invalid',
      `${read - good} of ${read} rows of ${name} are no bars, and the import is strict.${why}`,
    );
  }
}
