import { type Command, Option } from 'commander';
import { CLASS_FACTS, CLASS_IDS, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import { newSelfTrainingSchema, type Round, type SelfTraining } from '@/lib/contract/self-training.ts';
import { PRESETS } from '@/lib/contract/settings.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import {
  cancelRound,
  continueRound,
  getSelfTraining,
  listSelfTrainings,
  rejectRound,
  revertRound,
  startSelfTraining,
} from '@/lib/server/service/self-training.ts';
import { decimal, ofClass, wholeNumber } from '../arguments.ts';
import { takeDatabase } from '../database.ts';
import { finishJob } from '../jobs.ts';
import { answer, printTable } from '../output.ts';
import { addSettingOptions, settingsAmong } from '../settings.ts';

interface StartOptions extends Readonly<Record<string, unknown>> {
  teacher?: string;
  threshold: Partial<Record<ClassId, number>>;
  cap: Partial<Record<ClassId, number>>;
  balance?: number;
  audit?: number;
  floor?: number;
  leastGain?: number;
  preset?: string;
  seed?: number;
  rounds?: number;
}

export function addSelfTrainCommands(program: Command): void {
  const self = program
    .command('self-train')
    .description('rounds in which a model labels what nobody has, and a student is held against a control');
  const start = self
    .command('start <dataset>')
    .description('begin rounds from a dataset’s labels; stops where people have to answer an audit')
    .option('--teacher <version>', 'the first teacher (the champion)')
    .option(
      '--threshold <class=p>',
      'accepted from this probability on; may be given again',
      ofClass(decimal),
      {},
    )
    .option(
      '--cap <class=n>',
      'pseudo-labels of a class at most; may be given again',
      ofClass(wholeNumber),
      {},
    )
    .option('--balance <times>', 'of a class at most so many times the rarest one’s', decimal)
    .option(
      '--audit <n>',
      'pseudo-labels of each class that people are asked about; 0 asks nobody',
      wholeNumber,
    )
    .option('--floor <share>', 'audited precision surely below it ends the round', decimal)
    .option('--least-gain <f1>', 'macro-F1 over the control, for sure', decimal)
    .addOption(new Option('--preset <preset>', 'of student and control').choices(PRESETS))
    .option('--seed <seed>', 'of student, control and audit', wholeNumber)
    .option('--rounds <n>', 'at most, each accepted student teaching the next', wholeNumber);
  addSettingOptions(start).action(async (dataset: string, options: StartOptions, command: Command) => {
    const { teacher, threshold, cap, balance, audit, floor, leastGain, preset, seed, rounds } = options;
    const standard = newSelfTrainingSchema.parse({ datasetId: 1 }).settings;
    const asked = newSelfTrainingSchema.parse({
      datasetId: wholeNumber(dataset),
      teacher,
      settings: {
        ...{ balance, auditPerClass: audit, precisionFloor: floor, leastGain, preset, seed, rounds },
        thresholds: { ...standard.thresholds, ...threshold },
        caps: { ...standard.caps, ...cap },
        settings: settingsAmong(options),
      },
    });
    await takeDatabase();
    const { id } = await startSelfTraining(OPERATOR, asked);
    await follow(id);
    show(command, await getSelfTraining(OPERATOR, { id }));
  });
  self
    .command('show [id]')
    .description('how the rounds of a self-training went (the newest where none is named)')
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      await takeDatabase();
      show(
        command,
        id === undefined ? await newest() : await getSelfTraining(OPERATOR, { id: wholeNumber(id) }),
      );
    });
  self
    .command('continue <round>')
    .description('go on after an audit, or with a round that failed or was cancelled')
    .action(async (round: string, _: unknown, command: Command) => {
      await takeDatabase();
      await continueRound(OPERATOR, { id: wholeNumber(round) });
      const of = await ofRound(wholeNumber(round));
      await follow(of.id);
      show(command, await getSelfTraining(OPERATOR, { id: of.id }));
    });
  self
    .command('cancel <round>')
    .description('stop a round; it can go on where it stopped')
    .action((round: string, _: unknown, command: Command) =>
      act(command, round, (id) => cancelRound(OPERATOR, { id })),
    );
  for (const [name, does, words] of [
    ['reject', rejectRound, 'end a round for good'],
    ['revert', revertRound, 'take back an accepted round, those that its student taught, and their aliases'],
  ] as const)
    self
      .command(`${name} <round>`)
      .description(words)
      .requiredOption('--reason <words>', 'why; it stays in the log')
      .action((round: string, { reason }: { reason: string }, command: Command) =>
        act(command, round, (id) => does(OPERATOR, { id, reason })),
      );
}

async function act(command: Command, round: string, does: (id: number) => Promise<unknown>): Promise<void> {
  const id = wholeNumber(round);
  await takeDatabase();
  await does(id);
  show(command, await ofRound(id));
}

/** Works through the jobs of rounds and of their runs until people are needed or all is decided. */
async function follow(id: number): Promise<void> {
  for (;;) {
    const { rounds } = await getSelfTraining(OPERATOR, { id });
    const going = rounds.find(({ state }) => state === 'running');
    if (!going?.jobId) return;
    const runs = [going.student, going.control].filter((run) => run !== null);
    const waiting = runs.filter(({ state }) => state === 'queued' || state === 'running');
    if (waiting.length === 0) await finishJob(going.jobId);
    for (const { jobId } of waiting) if (jobId !== null) await finishJob(jobId);
  }
}

async function newest(): Promise<SelfTraining> {
  const [first] = (await listSelfTrainings(OPERATOR)).selfTrainings;
  if (!first) throw new Problem('No self-training yet: halyard self-train start DATASET');
  return first;
}

async function ofRound(roundId: number): Promise<SelfTraining> {
  const { selfTrainings } = await listSelfTrainings(OPERATOR);
  const found = selfTrainings.find(({ rounds }) => rounds.some(({ id }) => id === roundId));
  if (!found) throw new Problem(`Round ${roundId} is of none of the newest self-trainings.`);
  return found;
}

function show(command: Command, of: SelfTraining): void {
  answer(command, of, () => {
    for (const round of of.rounds) {
      const { id, number, state, step, teacher, reason } = round;
      console.log(
        `\nround ${number} (id ${id}): ${state} at ${step}, taught by ${teacher}${reason ? `. ${reason}` : ''}`,
      );
      printTable(CLASS_IDS.map(lineOf(round)), 'Nothing chosen yet.');
    }
  });
}

const lineOf =
  ({ report, audit }: Round) =>
  (id: ClassId) => {
    const chosen = report.selection?.perClass[id];
    const judged = (report.audit ?? audit)?.[id];
    return {
      class: CLASS_FACTS[id].name,
      sure: chosen?.sure ?? null,
      taken: chosen?.taken ?? null,
      audited:
        judged && judged.asked > 0
          ? `${judged.right} right of ${judged.judged}, asked ${judged.asked}`
          : null,
      verdict: judged && judged.asked > 0 ? judged.verdict : null,
      trained: report.trainingRows?.pseudo?.[classIndex(id)] ?? null,
    };
  };
