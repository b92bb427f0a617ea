import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { ALIASES, type Alias } from '@/lib/contract/models.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { cardMarkdown } from '@/lib/server/registry/model-card.ts';
import {
  archiveVersion,
  promote,
  restoreVersion,
  rollBack,
  withdrawAlias,
} from '@/lib/server/service/alias.ts';
import { exportEmbeds } from '@/lib/server/service/embeds.ts';
import { getGate, runGate } from '@/lib/server/service/gate.ts';
import { importModel } from '@/lib/server/service/import-model.ts';
import { getMetrics, listVersions, servedModel } from '@/lib/server/service/model.ts';
import { getModelCard } from '@/lib/server/service/model-card.ts';
import { predictWindows } from '@/lib/server/service/predict.ts';
import { verifyVersion } from '@/lib/server/service/verify.ts';
import { takeDatabase } from '../database.ts';
import { finishJob } from '../jobs.ts';
import { answer, printTable } from '../output.ts';
import { printGate } from './gate-table.ts';
import { round } from './train.ts';

interface PromoteOptions {
  reason: string;
  alias: Alias;
  override: boolean;
}

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
          versions.map(({ name, aliases, archivedAt, test, predicted, createdAt }) => ({
            version: name,
            aliases: archivedAt ? 'archived' : aliases.join(' '),
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
    .command('gate <version>')
    .description(
      'measure a version beside the champion on the same rows, and say whether it may take its place',
    )
    .option('--against <version>', 'another version than the champion')
    .action(async (name: string, { against }: { against?: string }, command: Command) => {
      await takeDatabase();
      await finishJob((await runGate(OPERATOR, { name, against })).jobId);
      const { gate } = await getGate(OPERATOR, { name, against });
      if (!gate) throw new Problem(`${name} has no gate.`);
      if (!gate.passed) process.exitCode = 1;
      answer(command, gate, () => printGate(gate));
    });
  model
    .command('promote <version>')
    .description(
      'point an alias at a version; a champion needs a passed gate. Browsers follow within seconds',
    )
    .requiredOption('--reason <why>', 'kept in the log')
    .addOption(new Option('--alias <alias>', 'which').choices(ALIASES).default('champion'))
    .option('--override', 'champion without a passed gate; the log says so', false)
    .action(async (name: string, options: PromoteOptions, command: Command) => {
      await takeDatabase();
      const { jobId } = await promote(OPERATOR, { name, ...options });
      if (jobId) await finishJob(jobId);
      answer(command, { name, ...options }, () => console.log(`${name} is ${options.alias}`));
    });
  model
    .command('rollback [version]')
    .description('make a former champion champion again, the one before this where none is named')
    .option('--reason <why>', 'kept in the log', 'rolled back')
    .action(async (to: string | undefined, { reason }: { reason: string }, command: Command) => {
      await takeDatabase();
      const { version, from, jobId } = await rollBack(OPERATOR, { to, reason });
      if (jobId) await finishJob(jobId);
      answer(command, { version, from }, () => console.log(`${version} is champion again, ${from} was`));
    });
  model
    .command('withdraw <alias>')
    .description('take challenger or shadow away from its version')
    .option('--reason <why>', 'kept in the log', 'withdrawn')
    .action(async (given: string, { reason }: { reason: string }, command: Command) => {
      await takeDatabase();
      const alias = (['challenger', 'shadow'] as const).find((one) => one === given);
      if (!alias)
        throw new Problem('Only challenger and shadow can be withdrawn; the champion is rolled back.');
      await withdrawAlias(OPERATOR, { alias, reason });
      answer(command, { alias }, () => console.log(`there is no ${alias} now`));
    });
  model
    .command('archive <version>')
    .description('put a version out of the way; its predictions go, and can be made again')
    .action(async (name: string, _: unknown, command: Command) => {
      await takeDatabase();
      await archiveVersion(OPERATOR, { name });
      answer(command, { name }, () => console.log(`${name} is archived`));
    });
  model
    .command('restore <version>')
    .description('bring an archived version back')
    .action(async (name: string, _: unknown, command: Command) => {
      await takeDatabase();
      await restoreVersion(OPERATOR, { name });
      answer(command, { name }, () => console.log(`${name} is back`));
    });
  model
    .command('embeds <version>')
    .description('write the embeddings of all windows that a version has predicted, as Parquet')
    .option('--out <file>', 'where to', 'pattern_embeds.parquet')
    .action(async (name: string, options: { out: string }, command: Command) => {
      await takeDatabase();
      const { rows } = await exportEmbeds(OPERATOR, { name, file: options.out });
      answer(command, { name, file: options.out, rows }, () =>
        console.log(`${options.out}: ${rows} windows`),
      );
    });
  model
    .command('card <version>')
    .description("a version's model card as Markdown")
    .action(async (name: string, _: unknown, command: Command) => {
      await takeDatabase();
      const card = await getModelCard(OPERATOR, { name });
      answer(command, card, () => process.stdout.write(cardMarkdown(card)));
    });
  model
    .command('import <file>')
    .description('register an ONNX model that was trained elsewhere, if it keeps the contract')
    .requiredOption('--metrics <file>', 'its metrics.json')
    .action(async (file: string, { metrics }: { metrics: string }, command: Command) => {
      const given = {
        model: await readFile(file),
        metrics: parseJson(await readFile(metrics, 'utf8'), metrics),
      };
      await takeDatabase();
      const { name } = await importModel(OPERATOR, { ...given, source: basename(file) });
      answer(command, { name }, () => console.log(`registered as ${name}`));
    });
  program
    .command('verify [version]')
    .description(
      'prove that this machine composes and runs as the one that registered a version (the champion)',
    )
    .action(async (given: string | undefined, _: unknown, command: Command) => {
      await takeDatabase();
      const result = await verifyVersion(OPERATOR, { name: await versionOrChampion(given) });
      if (result.differences.length > 0) process.exitCode = 1;
      answer(command, result, () => {
        for (const difference of result.differences) console.log(difference);
        const { version, windows, furthest } = result;
        if (result.differences.length === 0)
          console.log(
            `${version}: ${windows} golden windows are composed alike, and no output lies further than ${furthest.toExponential(1)} from the pack's`,
          );
      });
    });
  program
    .command('predict [version]')
    .description('predict every stored window that a version has not (the champion where none is named)')
    .action(async (version: string | undefined, _: unknown, command: Command) => {
      await takeDatabase();
      const name = await versionOrChampion(version);
      const { jobId } = await predictWindows(OPERATOR, { name });
      const job = await finishJob(jobId);
      answer(command, job.result, () => console.log(JSON.stringify(job.result)));
    });
}

/** @throws Problem where none is named and there is no champion */
async function versionOrChampion(given: string | undefined): Promise<string> {
  const name = given ?? (await servedModel(OPERATOR)).model?.version;
  if (!name) throw new Problem('There is no champion yet: halyard model promote VERSION --reason …');
  return name;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
