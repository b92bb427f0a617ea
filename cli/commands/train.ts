import { type Command, InvalidArgumentError, Option } from 'commander';
import { datasetPolicySchema, newRunSchema, PRESETS } from '@/lib/contract/train.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { buildDataset, listDatasets } from '@/lib/server/service/dataset.ts';
import { cancelRun, getRun, listRuns, resumeRun, startRun } from '@/lib/server/service/train.ts';
import { takeDatabase } from '../database.ts';
import { finishJob } from '../jobs.ts';
import { answer, printTable } from '../output.ts';

/** Reads a whole number; commander shows the sentence with the option's name. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('a share between 0 and 1 is needed');
  return value;
}

function weight(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 10))
    throw new InvalidArgumentError('a number from 0 to 10 is needed');
  return value;
}

interface BuildOptions {
  name: string;
  sources: string;
  ruleSet: number;
  validation: number;
  test: number;
  unseen: string[];
  cap?: number;
  seed: number;
}

interface TrainOptions {
  preset: string;
  seed: number;
  epochs?: number;
  rows?: number;
  poleWeight?: number;
  resume?: number;
}

export function addTrainCommands(program: Command): void {
  const dataset = program.command('dataset').description('immutable training sets');
  dataset
    .command('build')
    .description('build a dataset from labels of record, weak labels or both')
    .requiredOption('--name <name>', 'what people call it')
    .addOption(
      new Option('--sources <which>', 'whose labels')
        .choices(['record', 'record+weak', 'weak'])
        .default('record'),
    )
    .option('--rule-set <number>', 'rule set of the weak labels', wholeNumber, 1)
    .option('--validation <share>', 'share of the time span for validation', share, 0.15)
    .option('--test <share>', 'share of the time span for test', share, 0.15)
    .option('--unseen <series...>', 'symbols (venue:symbol) kept aside as a second test', [])
    .option('--cap <rows>', 'rows a class at most, in each split', wholeNumber)
    .option('--seed <seed>', 'seed of the sampling', wholeNumber, 1)
    .action(async (options: BuildOptions, command: Command) => {
      const policy = datasetPolicySchema.parse({
        name: options.name,
        sources: options.sources,
        ruleSetNumber: options.ruleSet,
        validationShare: options.validation,
        testShare: options.test,
        unseenSymbols: options.unseen,
        capPerClass: options.cap ?? null,
        seed: options.seed,
      });
      await takeDatabase();
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
  program
    .command('train [dataset]')
    .description('train on a dataset (its id; the newest where none is named) and register the model')
    .addOption(new Option('--preset <preset>', 'how long').choices(PRESETS).default('quick'))
    .option('--seed <seed>', 'seed of weights, order and augmentation', wholeNumber, 1)
    .option('--epochs <n>', "instead of the preset's", wholeNumber)
    .option('--rows <n>', 'training rows at most', wholeNumber)
    .option('--pole-weight <w>', 'weight of the pole loss', weight)
    .option('--resume <run>', 'go on with a cancelled or failed run', wholeNumber)
    .action(async (datasetId: string | undefined, options: TrainOptions, command: Command) => {
      await takeDatabase();
      const { runId, jobId } = await beginRun(datasetId, options);
      let finished = false;
      try {
        await finishJob(jobId);
        finished = true;
      } finally {
        if (!finished)
          console.error(`run ${runId}: halyard train --resume ${runId} goes on from its checkpoint`);
      }
      const { run, epochs } = await getRun(OPERATOR, { id: runId });
      answer(command, { run, epochs }, () => {
        printTable(
          epochs.map((epoch) => ({
            epoch: epoch.epoch,
            'train loss': round(epoch.trainLoss),
            'validation loss': round(epoch.validationLoss),
            'macro-F1': round(epoch.macroF1),
            'images/s': Math.round(epoch.imagesPerSecond),
          })),
          'No epoch was finished.',
        );
        console.log(`run ${run.id} made ${run.version ?? 'no version'}`);
      });
    });
  const run = program.command('run').description('training runs');
  run
    .command('list')
    .description('runs, newest first')
    .action(async (_: unknown, command: Command) => {
      await takeDatabase();
      const { runs } = await listRuns(OPERATOR);
      answer(command, runs, () =>
        printTable(
          runs.map(({ id, datasetName, preset, state, version, bestMacroF1 }) => ({
            id,
            dataset: datasetName,
            preset,
            state,
            'macro-F1': round(bestMacroF1),
            version,
          })),
          'No run yet: halyard train',
        ),
      );
    });
  run
    .command('cancel <id>')
    .description('stop a run; its checkpoint stays')
    .action(async (id: string, _: unknown, command: Command) => {
      await takeDatabase();
      const done = await cancelRun(OPERATOR, { id: wholeNumber(id) });
      answer(command, done, () => console.log(`run ${id} is being stopped`));
    });
}

async function beginRun(
  datasetId: string | undefined,
  options: TrainOptions,
): Promise<{ runId: number; jobId: string }> {
  if (options.resume !== undefined) {
    return { runId: options.resume, ...(await resumeRun(OPERATOR, { id: options.resume })) };
  }
  const id =
    datasetId === undefined ? (await listDatasets(OPERATOR)).datasets[0]?.id : wholeNumber(datasetId);
  if (id === undefined) throw new Problem('There is no dataset yet: halyard dataset build --name …');
  const { preset, seed, epochs, rows, poleWeight } = options;
  return startRun(
    OPERATOR,
    newRunSchema.parse({ datasetId: id, preset, seed, overrides: { epochs, rows, poleWeight } }),
  );
}

/** Three decimals, as figures of this kind are read. */
export function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
