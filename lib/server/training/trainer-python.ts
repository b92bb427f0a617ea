import { join } from 'node:path';
import { Refusal } from '../error.ts';
import { paths } from '../paths.ts';
import { isPythonEnvReady, pythonOf } from '../python-env.ts';
import { readTrainerStatus } from '../service/system.ts';

/** Folder of the trainer's package. */
export function trainerPackage(): string {
  return join(paths().root, 'workers', 'train');
}

/**
 * The Python that trains: HALYARD_TRAIN_PYTHON, else that of the environment which start-up makes.
 * @throws Refusal saying how far that environment is while it is not ready
 */
export async function trainerPython(): Promise<string> {
  const given = process.env.HALYARD_TRAIN_PYTHON;
  if (given) return given;
  const folder = paths().trainerEnv;
  if (await isPythonEnvReady({ folder, requirements: [join(trainerPackage(), 'requirements.txt')] })) {
    return pythonOf(folder);
  }
  throw new Refusal(
    'unavailable',
    `Training needs PyTorch, which is not ready yet. ${readTrainerStatus().message}`,
  );
}
