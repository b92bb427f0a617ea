import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Command } from 'commander';
import { OPERATOR } from '@/lib/server/auth/actor.ts';
import { env, grpcPort, publicOrigin } from '@/lib/server/env.ts';
import { askHealth } from '@/lib/server/grpc/probe.ts';
import { sentenceFor } from '@/lib/server/host/problem.mjs';
import { findPython } from '@/lib/server/host/python.mjs';
import { paths } from '@/lib/server/paths.ts';
import { makeDemoUniverse } from '@/lib/server/service/demo.ts';
import { listJobs } from '@/lib/server/service/job.ts';
import { listSeries } from '@/lib/server/service/series.ts';
import { systemStatus } from '@/lib/server/service/system.ts';
import { takeDatabase } from '../database.ts';
import { answer, startProgress } from '../output.ts';

interface Finding {
  what: string;
  ok: boolean;
  detail: string;
}

export function addSystemCommands(program: Command): void {
  program
    .command('status')
    .description('what is running, what is stored, what goes on')
    .action(async (_: unknown, command: Command) => {
      await takeDatabase();
      const [system, grpc, { jobs, active }, { series }] = await Promise.all([
        systemStatus(OPERATOR),
        grpcStatus(),
        listJobs(OPERATOR, { limit: 10 }),
        listSeries(OPERATOR),
      ]);
      const bars = series.reduce((sum, one) => sum + one.bars, 0);
      answer(command, { ...system, grpc, series: series.length, bars, activeJobs: active }, () => {
        console.log(`workers alive  ${system.workersAlive}`);
        console.log(`gRPC           ${grpc.message}`);
        console.log(`trainer        ${system.trainer.state}: ${system.trainer.message}`);
        console.log(`series         ${series.length} with ${bars.toLocaleString('en')} bars`);
        console.log(`jobs           ${active} going on`);
        for (const job of jobs.slice(0, 5)) console.log(`  ${job.state.padEnd(9)} ${job.title}`);
      });
    });
  program
    .command('doctor')
    .description('check this machine and installation; ends with 1 where something is wrong')
    .action(async (_: unknown, command: Command) => {
      const findings = await examine();
      answer(command, findings, () => {
        for (const { ok, what, detail } of findings)
          console.log(`${ok ? 'ok   ' : 'WRONG'}  ${what}: ${detail}`);
      });
      if (findings.some((finding) => !finding.ok)) process.exitCode = 1;
    });
  program
    .command('demo')
    .description('make the synthetic demo universe and scan it')
    .option('--if-empty', 'only where there is no series yet')
    .action(async (options: { ifEmpty?: boolean }, command: Command) => {
      await takeDatabase();
      const { series } = await listSeries(OPERATOR);
      if (options.ifEmpty && series.length > 0) {
        answer(command, { made: 0 }, () => console.log(`${series.length} series are already there`));
        return;
      }
      const progress = startProgress('Demo universe');
      const made = await makeDemoUniverse(OPERATOR, progress.update);
      progress.end();
      answer(command, made, () =>
        console.log(
          `${made.series} series, ${made.bars.toLocaleString('en')} bars, ${made.windows.toLocaleString('en')} windows`,
        ),
      );
    });
}

/** Whether the gRPC server of these settings runs, and can classify. */
async function grpcStatus(): Promise<{ state: 'serving' | 'no_champion' | 'down'; message: string }> {
  const { HOST } = env();
  const port = grpcPort();
  const health = await askHealth(HOST, port);
  const address = `${HOST}:${port}`;
  if (health === null) return { state: 'down', message: `not running at ${address}` };
  if (health === 'SERVING') return { state: 'serving', message: `classifies at ${address}` };
  return { state: 'no_champion', message: `up at ${address}, without a champion that it can run` };
}

async function examine(): Promise<Finding[]> {
  const folders = paths();
  const check = async (what: string, look: () => Promise<string>): Promise<Finding> => {
    try {
      return { what, ok: true, detail: await look() };
    } catch (error) {
      return { what, ok: false, detail: sentenceFor(error) ?? String(error) };
    }
  };
  return [
    await check('Node', async () => process.versions.node),
    await check('Python', async () => (await findPython()).version),
    await check(
      'Settings',
      async () => `${publicOrigin()}, ${env().DATABASE_URL ? 'external' : 'embedded'} Postgres`,
    ),
    await check('Disk', async () => {
      const { bavail, bsize } = await statfs(existsSync(folders.home) ? folders.home : folders.root);
      const free = (bavail * bsize) / 1e9;
      if (free < 1) throw new Error(`only ${free.toFixed(1)} GB free; datasets and models need more`);
      return `${free.toFixed(0)} GB free`;
    }),
    await check('Database', async () => {
      await takeDatabase();
      return 'up and migrated';
    }),
    await check('Trainer', async () => {
      const { trainer } = await systemStatus(OPERATOR);
      if (trainer.state === 'failed') throw new Error(trainer.message);
      return trainer.message;
    }),
  ];
}
