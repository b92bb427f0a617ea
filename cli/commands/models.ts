import { type Command, Option } from 'commander';
import { ALIASES, type Alias } from '@/lib/contract/models.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { getMetrics, listVersions, promote, servedModel } from '@/lib/server/service/model.ts';
import { predictWindows } from '@/lib/server/service/predict.ts';
import { takeDatabase } from '../database.ts';
import { finishJob } from '../jobs.ts';
import { answer, printTable } from '../output.ts';
import { round } from './train.ts';

export function addModelCommands(program: Command): void {
  const model = program.command('model').description('model versions');
  model
    .command('list')
    .description('versions, newest first')
    .action(async (_: unknown, command: Command) => {
      await takeDatabase();
      const { versions } = await listVersions(OPERATOR);
      answer(command, versions, () =>
        printTable(
          versions.map(({ name, aliases, test, predicted, createdAt }) => ({
            version: name,
            aliases: aliases.join(' '),
            'macro-F1 sampled': round(test.sampled?.macro_f1 ?? null),
            'macro-F1 natural': round(test.natural?.macro_f1 ?? null),
            ECE: round(test.sampled?.ece ?? null),
            predicted: `${predicted.windows}/${predicted.total}`,
            created: createdAt,
          })),
          'No version yet: halyard train',
        ),
      );
    });
  model
    .command('show <version>')
    .description("a version's metrics.json")
    .action(async (name: string) => {
      await takeDatabase();
      console.log(JSON.stringify(await getMetrics(OPERATOR, { name }), null, 1));
    });
  model
    .command('promote <version>')
    .description('point an alias at a version; browsers follow within seconds')
    .requiredOption('--reason <why>', 'kept in the log')
    .addOption(new Option('--alias <alias>', 'which').choices(ALIASES).default('champion'))
    .action(async (name: string, options: { reason: string; alias: Alias }, command: Command) => {
      await takeDatabase();
      const { jobId } = await promote(OPERATOR, { name, ...options });
      if (jobId) await finishJob(jobId);
      answer(command, { name, ...options }, () => console.log(`${name} is ${options.alias}`));
    });
  program
    .command('predict [version]')
    .description('predict every stored window that a version has not (the champion where none is named)')
    .action(async (version: string | undefined, _: unknown, command: Command) => {
      await takeDatabase();
      const name = version ?? (await servedModel(OPERATOR)).model?.version;
      if (!name) throw new Problem('There is no champion yet: halyard model promote VERSION --reason …');
      const { jobId } = await predictWindows(OPERATOR, { name });
      const job = await finishJob(jobId);
      answer(command, job.result, () => console.log(JSON.stringify(job.result)));
    });
}
