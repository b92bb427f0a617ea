// Makes the trainer's Python environment (PyTorch, some minutes) and keeps its state in a file that the app reads to say
// what is still missing. `--dev` adds what the trainer's own tests need.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { env } from '@/lib/server/env.ts';
import { sentenceFor } from '@/lib/server/host/problem.mjs';
import { paths } from '@/lib/server/paths.ts';
import { ensurePythonEnv, isPythonEnvReady } from '@/lib/server/python-env.ts';

type State = 'installing' | 'ready' | 'failed';

const folders = paths();
const names = process.argv.includes('--dev')
  ? ['requirements.txt', 'requirements-dev.txt']
  : ['requirements.txt'];
const options = {
  folder: folders.trainerEnv,
  requirements: names.map((name) => join(folders.root, 'workers', 'train', name)),
  pipArgs: env().HALYARD_PIP_ARGS,
  log: join(folders.logs, 'trainer-env.log'),
};
const startedAt = new Date().toISOString();

function tell(state: State, message: string): void {
  const finishedAt = state === 'installing' ? null : new Date().toISOString();
  mkdirSync(dirname(folders.trainerEnvStatus), { recursive: true });
  const draft = `${folders.trainerEnvStatus}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ state, message, startedAt, finishedAt }));
  renameSync(draft, folders.trainerEnvStatus);
}

try {
  mkdirSync(folders.logs, { recursive: true });
  // HALYARD_TRAIN_PYTHON names one that is made already.
  if (!process.env.HALYARD_TRAIN_PYTHON && !(await isPythonEnvReady(options))) {
    tell('installing', 'Installing PyTorch for training; this takes a few minutes.');
    await ensurePythonEnv({ ...options, report: (message) => console.log(message) });
  }
  tell('ready', 'Training is available.');
  process.exit(0); // the watch on the parent would keep it alive
} catch (error) {
  const sentence = sentenceFor(error) ?? String(error);
  tell('failed', sentence);
  console.error(sentence);
  process.exit(1);
}
