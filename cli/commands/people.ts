import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { newPersonSchema } from '@/lib/contract/people.ts';
import { ROLES } from '@/lib/contract/roles.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { addPerson, listPeople, makeSetupSecret } from '@/lib/server/service/people.ts';
import { takeDatabase } from '../database.ts';
import { answer, printTable } from '../output.ts';

export function addPeopleCommands(program: Command): void {
  const user = program.command('user').description('accounts');
  user
    .command('add <email>')
    .description(
      'make an account; the password is read from standard input, so that it stays out of the shell history',
    )
    .requiredOption('--name <name>', 'the name others see')
    .addOption(new Option('--role <role>', 'what the person may do').choices(ROLES).default('analyst'))
    .action(async (email: string, options: { name: string; role: string }, command: Command) => {
      const password = await readPassword();
      const parsed = newPersonSchema.safeParse({ email, password, ...options });
      if (!parsed.success) {
        throw new Problem(
          parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
        );
      }
      await takeDatabase();
      const person = await addPerson(OPERATOR, parsed.data);
      answer(command, person, () => console.log(`${person.email} is ${person.role}`));
    });
  user
    .command('list')
    .description('everyone with an account')
    .action(async (_: unknown, command: Command) => {
      await takeDatabase();
      const people = await listPeople(OPERATOR);
      answer(command, people, () =>
        printTable(
          people.map(({ name, email, role, disabled }) => ({
            name,
            email,
            role,
            account: disabled ? 'disabled' : 'active',
          })),
          'Nobody has an account yet.',
        ),
      );
    });
  program
    .command('setup-link')
    .description('a fresh one-time link path for the first admin; says so where there is one already')
    .action(async (_: unknown, command: Command) => {
      await takeDatabase();
      const secret = await makeSetupSecret(OPERATOR);
      const path = secret ? `/setup?secret=${secret}` : null;
      answer(command, { path }, () => console.log(path ?? 'There is an account already: sign in.'));
    });
}

async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Password: ');
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return '';
}
