import { type Command, InvalidArgumentError, Option } from 'commander';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import {
  type DatasetPolicy,
  type DatasetPreview,
  type DatasetSummary,
  datasetPolicySchema,
  SPLITS,
} from '@/lib/contract/dataset.ts';
import { checkRequestSchema, type RowName } from '@/lib/contract/dataset-check.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { checkDataset, datasetChecks } from '@/lib/server/service/check-dataset.ts';
import { buildDataset, getDataset, listDatasets } from '@/lib/server/service/dataset.ts';
import { previewDataset } from '@/lib/server/service/preview-dataset.ts';
import { ofClass, wholeNumber } from '../arguments.ts';
import { takeDatabase } from '../database.ts';
import { finishJob } from '../jobs.ts';
import { answer, printTable } from '../output.ts';

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('a share between 0 and 1 is needed');
  return value;
}

/** The first moment of a day, or the moment that is given, UTC. */
function moment(text: string): number {
  const ts = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(ts))
    throw new InvalidArgumentError(
      'a day such as 2025-03-14 is needed, or a moment such as 2025-03-14T07:00Z',
    );
  return ts;
}

interface BuildOptions {
  name: string;
  dryRun?: boolean;
  sources: string;
  pseudoRound?: number;
  ruleSet: number;
  symbols?: string[];
  timeframes?: string[];
  from?: number;
  to?: number;
  validation: number;
  test: number;
  validationFrom?: number;
  testFrom?: number;
  unseen: string[];
  cap?: number;
  classCap: Partial<Record<ClassId, number>>;
  seed: number;
}

function policyOf(options: BuildOptions): DatasetPolicy {
  const { validationFrom, testFrom } = options;
  if ((validationFrom === undefined) !== (testFrom === undefined))
    throw new Problem('--validation-from and --test-from go together: one pair of cut dates for all series.');
  const parsed = datasetPolicySchema.safeParse({
    name: options.name,
    sources: options.sources,
    pseudoRound: options.pseudoRound,
    ruleSetNumber: options.ruleSet,
    symbols: options.symbols ?? null,
    timeframes: options.timeframes ?? null,
    from: options.from ?? null,
    to: options.to ?? null,
    validationShare: options.validation,
    testShare: options.test,
    cut: validationFrom === undefined ? null : { validationFrom, testFrom },
    unseenSymbols: options.unseen,
    capPerClass: options.cap ?? null,
    classCaps: options.classCap,
    seed: options.seed,
  });
  if (parsed.success) return parsed.data;
  throw new Problem(
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}

export function addDatasetCommands(program: Command): void {
  const dataset = program.command('dataset').description('immutable training sets');
  dataset
    .command('build')
    .description('build a dataset from labels of record, weak labels or both')
    .requiredOption('--name <name>', 'what people call it')
    .option('--dry-run', 'only count what it would hold')
    .addOption(
      new Option('--sources <which>', 'whose labels')
        .choices(['record', 'record+weak', 'weak'])
        .default('record'),
    )
    .option('--rule-set <number>', 'rule set of the weak labels', wholeNumber, 1)
    .option('--symbols <series...>', 'symbols (venue:symbol) to take; all without it')
    .option('--timeframes <timeframes...>', 'timeframes to take; all without it')
    .option('--from <day>', 'windows that end on this day or later, UTC', moment)
    .option('--to <moment>', 'windows that end until then, UTC', moment)
    .option('--validation <share>', 'share of the windows, by time, for validation', share, 0.15)
    .option('--test <share>', 'share of the windows, by time, for test', share, 0.15)
    .option('--validation-from <day>', 'first day of validation, instead of shares', moment)
    .option('--test-from <day>', 'first day of test, instead of shares', moment)
    .option('--unseen <series...>', 'symbols (venue:symbol) kept aside as a second test', [])
    .option('--cap <rows>', 'rows a class at most, in each split', wholeNumber)
    .option(
      '--class-cap <class=rows>',
      'the same for one class; may be given for several',
      ofClass(wholeNumber),
      {},
    )
    .option('--pseudo-round <id>', 'with the pseudo-labels of an accepted round in training', wholeNumber)
    .option('--seed <seed>', 'seed of the sampling', wholeNumber, 1)
    .action(async (options: BuildOptions, command: Command) => {
      const policy = policyOf(options);
      await takeDatabase();
      if (options.dryRun) {
        const counted = await previewDataset(OPERATOR, policy, new AbortController().signal);
        answer(command, counted, () => printPreview(counted));
        return;
      }
      const { jobId } = await buildDataset(OPERATOR, policy);
      const job = await finishJob(jobId);
      answer(command, job.result, () => console.log(JSON.stringify(job.result, null, 1)));
    });
  dataset
    .command('list')
    .description('datasets, newest first')
    .action(async (_: unknown, command: Command) => {
      await takeDatabase();
      const { datasets } = await listDatasets(OPERATOR);
      answer(command, datasets, () =>
        printTable(
          datasets.map(({ id, name, rows, hash, createdAt }) => ({
            id,
            name,
            rows,
            hash: hash.slice(0, 12),
            created: createdAt,
          })),
          'No dataset yet: halyard dataset build --name …',
        ),
      );
    });
  dataset
    .command('show <id>')
    .description('what a dataset holds and was built from')
    .action(async (id: string, _: unknown, command: Command) => {
      await takeDatabase();
      const { storageKey, ...found } = await getDataset(OPERATOR, { id: wholeNumber(id) });
      answer(command, { ...found, storageKey }, () => {
        const { name, rows, hash, policy, summary } = found;
        console.log(`${name}: ${rows} rows, ${hash}, in ${storageKey}`);
        printSummary(summary);
        console.log(`policy ${JSON.stringify(policy)}`);
      });
    });
  dataset
    .command('check <id>')
    .description('look for leaks between the splits of a dataset')
    .option('--model <version>', 'whose embeddings say what is alike; the champion without it')
    .option('--cosine <cosine>', 'from which cosine on two windows are nearly one', Number, 0.99)
    .action(async (text: string, options: { model?: string; cosine: number }, command: Command) => {
      const id = wholeNumber(text);
      const request = checkRequestSchema.safeParse({
        version: options.model ?? null,
        cosine: options.cosine,
      });
      if (!request.success) throw new Problem(request.error.issues.map(({ message }) => message).join('; '));
      await takeDatabase();
      const { jobId } = await checkDataset(OPERATOR, { id, ...request.data });
      await finishJob(jobId);
      const [newest] = (await datasetChecks(OPERATOR, { id })).checks;
      answer(command, newest, () => {
        printTable(
          newest.checks.map((check) => ({
            check: check.id,
            rows: check.rows,
            found: check.found,
            note: check.note,
          })),
          'nothing was checked',
        );
        for (const { id: name, examples } of newest.checks)
          for (const { one, other, words } of examples)
            console.log([name, placeOf(one), ...(other ? [placeOf(other)] : []), words].join('  '));
      });
    });
}

function placeOf({ venue, symbol, timeframe, ts, split }: RowName): string {
  return `${venue}:${symbol}:${timeframe} ${new Date(ts).toISOString()} (${split})`;
}

function printPreview({ rows, windows, refusal, ...summary }: DatasetPreview): void {
  console.log(`would hold ${rows} of ${windows} stored windows`);
  printSummary(summary);
  if (refusal) console.log(refusal);
}

/** Counts by split and by source, cut dates, what was left out, notes. */
function printSummary({ bySplit, classesBySource, cutDates, leftOut, notes }: DatasetSummary): void {
  const row = (name: string, counts: Readonly<Record<string, number>>) => ({
    rows: name,
    ...Object.fromEntries(CLASS_IDS.map((id) => [id, counts[id] ?? 0])),
    all: CLASS_IDS.reduce((sum, id) => sum + (counts[id] ?? 0), 0),
  });
  printTable(
    [
      ...SPLITS.map((split) => row(split, bySplit[split])),
      ...Object.entries(classesBySource).map(([source, counts]) => row(`label: ${source}`, counts)),
    ],
    'no row',
  );
  const day = (ts: number) => new Date(ts).toISOString().slice(0, 10);
  console.log(`validation from ${day(cutDates.validationFrom)}, test from ${day(cutDates.testFrom)}`);
  for (const [reason, count] of Object.entries(leftOut)) console.log(`left out: ${count} ${reason}`);
  for (const note of notes) console.log(note);
}
