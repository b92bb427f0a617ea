import { z } from '@/lib/contract/zod.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getPool } from '../db/connection.ts';
import { readText } from '../host/processes.mjs';
import { paths } from '../paths.ts';
import { countWorkersAlive } from './job.ts';

export async function health(): Promise<{ status: 'ok' }> {
  await getPool().query('SELECT 1');
  return { status: 'ok' };
}

const trainerStatus = z.object({
  state: z.enum(['missing', 'installing', 'ready', 'failed']),
  message: z.string(),
});
type TrainerStatus = z.infer<typeof trainerStatus>;

export async function systemStatus(actor: Actor) {
  requireRole(actor, 'admin');
  const vector = await getPool().query("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'");
  return {
    workersAlive: await countWorkersAlive(),
    trainer: readTrainerStatus(),
    vectorExtension: vector.rowCount === 1,
  };
}

/** How far start-up is with PyTorch, from the file it writes. */
export function readTrainerStatus(): TrainerStatus {
  const text = readText(paths().trainerEnvStatus);
  if (!text)
    return {
      state: 'missing',
      message: 'The trainer’s Python environment has not been made; `npm start` makes it.',
    };
  return trainerStatus.parse(JSON.parse(text));
}
