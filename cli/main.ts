import { Command } from 'commander';
import { closeDatabase } from '@/lib/server/db/connection.ts';
import { Refusal } from '@/lib/server/error.ts';
import { sentenceFor } from '@/lib/server/host/problem.mjs';
import { addCurveCommands } from './commands/curve.ts';
import { addDataCommands } from './commands/data.ts';
import { addDatasetCommands } from './commands/dataset.ts';
import { addFileCommands } from './commands/files.ts';
import { addModelCommands } from './commands/models.ts';
import { addPeopleCommands } from './commands/people.ts';
import { addSelfTrainCommands } from './commands/self-train.ts';
import { addSystemCommands } from './commands/system.ts';
import { addTokenCommands } from './commands/tokens.ts';
import { addTrainCommands } from './commands/train.ts';
import { giveDatabaseBack } from './database.ts';

/** Runs one command and ends the process with 0, or with 1 and a sentence. */
export async function main(argv: string[]): Promise<void> {
  const program = new Command('halyard')
    .description(
      'Everything an admin does in Halyard, from the command line. Calls the same services as the web app.',
    )
    .option('--json', 'answer as JSON on standard output')
    .showHelpAfterError()
    .configureHelp({ sortSubcommands: false });
  addFileCommands(program);
  addDataCommands(program);
  addDatasetCommands(program);
  addTrainCommands(program);
  addCurveCommands(program);
  addSelfTrainCommands(program);
  addModelCommands(program);
  addPeopleCommands(program);
  addTokenCommands(program);
  addSystemCommands(program);
  let code = 0;
  try {
    await program.parseAsync(argv);
  } catch (error) {
    console.error(wordsFor(error));
    code = 1;
  }
  await closeDatabase();
  await giveDatabaseBack();
  process.exit(process.exitCode ?? code);
}

function wordsFor(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return sentenceFor(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
}
