import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import {
  BAR_COLUMNS,
  type ColumnMapping,
  columnMappingSchema,
  type ImportReport,
  importFileSchema,
} from '@/lib/contract/data.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Refusal } from '@/lib/server/error.ts';
import { Problem, sentenceFor } from '@/lib/server/host/problem.mjs';
import { importBars, uploadBars } from '@/lib/server/service/import.ts';
import { scanSeries } from '@/lib/server/service/scan.ts';
import { listSeries } from '@/lib/server/service/series.ts';
import { wholeNumber } from '../arguments.ts';
import { takeDatabase } from '../database.ts';
import { finishJob } from '../jobs.ts';
import { answer, printTable } from '../output.ts';

interface ImportOptions {
  venue?: string;
  symbol?: string;
  timeframe?: string;
  columns?: string[];
  strict?: boolean;
}

export function addDataCommands(program: Command): void {
  program
    .command('import <files...>')
    .description(
      'import bar files (csv, csv.gz, zip); venue, symbol and timeframe are guessed from the names',
    )
    .option('--venue <venue>', 'instead of the guess')
    .option('--symbol <symbol>', 'instead of the guess')
    .option('--timeframe <timeframe>', 'instead of the guess, such as 15m')
    .option(
      '--columns <pairs...>',
      `where a header is not understood: ${BAR_COLUMNS.map((name) => `${name}=…`).join(' ')}`,
    )
    .option('--strict', 'refuse a file with bad rows instead of leaving them out')
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      await takeDatabase();
      const reports: ImportReport[] = [];
      const failed: string[] = [];
      for (const path of files) {
        try {
          reports.push(await importOne(path, options));
        } catch (error) {
          const sentence = error instanceof Refusal ? error.message : sentenceFor(error);
          if (!sentence) throw error;
          failed.push(`${path}: ${sentence}`);
        }
      }
      answer(command, reports, () => {
        printTable(
          reports.map(({ series, barsAdded, barsUnchanged, barsRestated, gaps, rejected }) => ({
            series,
            added: barsAdded,
            unchanged: barsUnchanged,
            restated: barsRestated,
            gaps,
            'left out': rejected.reduce((sum, { count }) => sum + count, 0),
          })),
          'Nothing was imported.',
        );
        for (const { file, rejected } of reports) {
          for (const { kind, count, examples } of rejected) {
            console.log(
              `${file}: ${count} × ${kind}, first on line ${examples[0]?.line}: ${examples[0]?.message}`,
            );
          }
        }
      });
      for (const sentence of failed) console.error(sentence);
      if (failed.length > 0) process.exitCode = 1;
    });
  program
    .command('series')
    .description('all series with their span and newest scan')
    .action(async (_: unknown, command: Command) => {
      await takeDatabase();
      const { series } = await listSeries(OPERATOR);
      answer(command, series, () =>
        printTable(
          series.map(({ id, venue, symbol, timeframe, bars, firstTs, lastTs, gaps, takerShare, scan }) => ({
            id,
            series: `${venue} ${symbol} ${timeframe}`,
            bars,
            from: day(firstTs),
            to: day(lastTs),
            gaps,
            'taker %': Math.round(takerShare * 100),
            windows: scan?.validWindows ?? null,
            scanned: scan
              ? `rule set ${scan.ruleSetNumber}${scan.current ? '' : ', before the last import'}`
              : 'no',
          })),
          'No series yet: halyard import FILE…',
        ),
      );
    });
  program
    .command('scan [ids...]')
    .description('find weak-labelled windows; all series where no id is named')
    .option('--rule-set <number>', 'which', wholeNumber, 1)
    .option('--lookback <days>', 'days back from each series’ last bar, or all', '540')
    .action(async (ids: string[], options: { ruleSet: number; lookback: string }, command: Command) => {
      await takeDatabase();
      const { jobs } = await scanSeries(OPERATOR, {
        seriesIds: ids.length > 0 ? ids.map(wholeNumber) : 'all',
        ruleSetNumber: options.ruleSet,
        lookbackDays: options.lookback === 'all' ? 'all' : wholeNumber(options.lookback),
      });
      const results: unknown[] = [];
      for (const { jobId } of jobs) results.push((await finishJob(jobId)).result);
      answer(command, results, () => {
        for (const result of results) console.log(JSON.stringify(result));
      });
    });
}

async function importOne(path: string, options: ImportOptions): Promise<ImportReport> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new Problem('there is no such file');
  const preview = await uploadBars(
    OPERATOR,
    { name: basename(path) },
    Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
  );
  const file = importFileSchema.safeParse({
    uploadId: preview.uploadId,
    venue: options.venue ?? preview.venue ?? 'file',
    symbol: options.symbol ?? preview.symbol,
    timeframe: options.timeframe ?? preview.timeframe,
    ...(options.columns ? { columns: parseColumns(options.columns) } : {}),
  });
  if (!file.success) {
    const missing = file.error.issues.map((issue) => `--${issue.path.join('.')}`).join(' and ');
    throw new Problem(`${missing} cannot be told from the name or the rows; name it`);
  }
  const { jobs } = await importBars(OPERATOR, { files: [file.data], strict: options.strict ?? false });
  return (await finishJob(jobs[0].jobId)).result as ImportReport;
}

function parseColumns(pairs: readonly string[]): ColumnMapping {
  const parsed = columnMappingSchema.safeParse(Object.fromEntries(pairs.map((pair) => pair.split('=', 2))));
  if (!parsed.success)
    throw new Problem(`--columns takes pairs such as close=last; known are ${BAR_COLUMNS.join(', ')}`);
  return parsed.data;
}

function day(ts: number | null): string | null {
  return ts === null ? null : new Date(ts).toISOString().slice(0, 10);
}
