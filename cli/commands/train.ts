import { type Command, Option } from 'commander';
import {
  changedSettings,
  type GivenSettings,
  PRESETS,
  type SettingName,
  type Settings,
} from '@/lib/contract/settings.ts';
import { newRunSchema } from '@/lib/contract/train.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { listDatasets } from '@/lib/server/service/dataset.ts';
import { cancelRun, getRun, listRuns, resumeRun, startRun } from '@/lib/server/service/train.ts';
import { wholeNumber } from '../arguments.ts';
import { takeDatabase } from '../database.ts';
import { finishJob } from '../jobs.ts';
import { answer, printTable } from '../output.ts';
import { addSettingOptions, settingsAmong } from '../settings.ts';

interface TrainOptions extends Readonly<Record<string, unknown>> {
  preset?: string;
  seed?: number;
  like?: number;
  resume?: number;
}

export function addTrainCommands(program: Command): void {
  const train = program
    .command('train [dataset]')
    .description('train on a dataset (its id; the newest where none is named) and register the model')
    .option('--resume <run>', 'go on with a cancelled or failed run', wholeNumber)
    .option('--like <run>', "that run's dataset and settings, but for what is named here", wholeNumber)
    .addOption(new Option('--preset <preset>', 'how long (default: quick)').choices(PRESETS))
    .option('--seed <seed>', 'seed of weights, order and augmentation (default: 1)', wholeNumber);
  addSettingOptions(train).action(
    async (datasetId: string | undefined, options: TrainOptions, command: Command) => {
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
    },
  );
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
  const like = options.like === undefined ? null : (await getRun(OPERATOR, { id: options.like })).run;
  const id =
    datasetId === undefined
      ? (like?.datasetId ?? (await listDatasets(OPERATOR)).datasets[0]?.id)
      : wholeNumber(datasetId);
  if (id === undefined) throw new Problem('There is no dataset yet: halyard dataset build --name …');
  const { preset = like?.preset, seed = like?.seed } = options;
  const asked = newRunSchema.parse({ datasetId: id, preset, seed, basedOnId: like?.id });
  // Another preset than that run's is meant as a whole: only what the run changed about its own is carried over.
  const kept = like ? pick(like.settings, changedSettings(like.preset, like.settings)) : {};
  return startRun(OPERATOR, { ...asked, settings: { ...kept, ...settingsAmong(options) } });
}

const pick = (settings: Settings, names: readonly SettingName[]): GivenSettings =>
  Object.fromEntries(names.map((name) => [name, settings[name]]));

/** Three decimals, as figures of this kind are read. */
export function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
