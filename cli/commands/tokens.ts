import type { Command } from 'commander';
import { newTokenSchema, TOKEN_SCOPES } from '@/lib/contract/token.ts';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { addToken, listTokens, revokeToken } from '@/lib/server/service/token.ts';
import { wholeNumber } from '../arguments.ts';
import { takeDatabase } from '../database.ts';
import { answer, printTable } from '../output.ts';

export function addTokenCommands(program: Command): void {
  const token = program.command('token').description('tokens by which other programs call the gRPC server');
  token
    .command('add <name>')
    .description('make a token and print it, this once: only its hash is kept')
    .option('--scopes <scopes>', `what it is for: ${TOKEN_SCOPES.join(',')}`, TOKEN_SCOPES.join(','))
    .option('--days <n>', 'until it expires; without this never', wholeNumber)
    .action(async (name: string, options: { scopes: string; days?: number }, command: Command) => {
      const scopes = options.scopes.split(',').map((scope) => scope.trim());
      const parsed = newTokenSchema.safeParse({ name, scopes, days: options.days ?? null });
      if (!parsed.success) {
        throw new Problem(
          parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
        );
      }
      await takeDatabase();
      const made = await addToken(OPERATOR, parsed.data);
      answer(command, { ...made.token, secret: made.secret }, () => console.log(made.secret));
    });
  token
    .command('list')
    .description('tokens, newest first')
    .action(async (_: unknown, command: Command) => {
      await takeDatabase();
      const tokens = await listTokens(OPERATOR);
      answer(command, tokens, () =>
        printTable(
          tokens.map(({ name, scopes, state, expiresAt, lastUsedAt, createdBy }) => ({
            name,
            scopes: scopes.join(','),
            state,
            expires: expiresAt,
            'last used': lastUsedAt,
            'made by': createdBy,
          })),
          'No token yet: halyard token add NAME',
        ),
      );
    });
  token
    .command('revoke <name>')
    .description('end a token; servers refuse it within seconds')
    .action(async (name: string, _: unknown, command: Command) => {
      await takeDatabase();
      const revoked = await revokeToken(OPERATOR, { name });
      answer(command, revoked, () => console.log(`"${name}" is revoked`));
    });
}
