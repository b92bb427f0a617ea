import { type Command, Option } from 'commander';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import { type Curve, newCurveSchema } from '@/lib/contract/learning-curve.ts';
import { PRESETS } from '@/lib/contract/settings.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { listLearningCurves, startLearningCurve } from '@/lib/server/service/learning-curve.ts';
import { getRun } from '@/lib/server/service/train.ts';
import { wholeNumber } from '../arguments.ts';
import { takeDatabase } from '../database.ts';
import { finishJob } from '../jobs.ts';
import { answer, printTable } from '../output.ts';

interface CurveOptions {
  preset: string;
  seed: number;
  draws: number;
}

export function addCurveCommands(program: Command): void {
  const curve = program.command('curve').description('learning curves: what would more labels buy?');
  curve
    .command('start <dataset>')
    .description('train on a quarter, a half and all of a dataset’s labels')
    .addOption(new Option('--preset <preset>', 'how long').choices(PRESETS).default('quick'))
    .option('--seed <seed>', 'seed of the first draw', wholeNumber, 1)
    .option('--draws <n>', 'how often the labels are drawn anew, 1 to 3', wholeNumber, 1)
    .action(async (dataset: string, options: CurveOptions, command: Command) => {
      const asked = newCurveSchema.parse({ ...options, datasetId: wholeNumber(dataset) });
      await takeDatabase();
      const { curveId, runIds } = await startLearningCurve(OPERATOR, asked);
      for (const id of runIds) {
        const { jobId } = (await getRun(OPERATOR, { id })).run;
        if (jobId) await finishJob(jobId);
      }
      show(command, await curveOf(curveId));
    });
  curve
    .command('show [id]')
    .description('what the runs of a curve measured (the newest where none is named)')
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      await takeDatabase();
      show(command, await curveOf(id === undefined ? null : wholeNumber(id)));
    });
}

async function curveOf(id: number | null): Promise<Curve> {
  const { curves } = await listLearningCurves(OPERATOR);
  const found = id === null ? curves[0] : curves.find((one) => one.id === id);
  if (!found)
    throw new Problem(
      id === null ? 'No learning curve yet: halyard curve start' : `There is no learning curve ${id}.`,
    );
  return found;
}

/** Labels and F1 of each class on the sampled test split, a line a run. */
function show(command: Command, curve: Curve): void {
  answer(command, curve, () =>
    printTable(
      curve.runs.map(({ id, share, seed, state, figures }) => ({
        run: id,
        ...{ labels: `${share * 100} %`, seed, state },
        ...Object.fromEntries(
          CLASS_IDS.map((classId, at) => {
            const f1 = figures?.test.sampled.per_class[at]?.f1 ?? null;
            const words =
              f1 === null ? null : `${f1.toFixed(3)} of ${figures?.trainingRows[at].toLocaleString('en')}`;
            return [CLASS_FACTS[classId].name, words];
          }),
        ),
      })),
      'No run.',
    ),
  );
}
