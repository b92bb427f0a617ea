import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { tryLock } from '../host/lock.mjs';
import { identify, isRunning, readText } from '../host/processes.mjs';
import { logger } from '../log.ts';
import { paths } from '../paths.ts';

const LOOK_EVERY_MS = 500;
const PROBE_MS = 10_000;
const IN_LINE = '.waits';

/** A place where one trainer may run: a GPU of this machine, or, where there is none, the machine itself. */
export interface TrainingSlot {
  readonly machine: string;
  readonly name: string;
  /** What shows the trainer this device and no other. */
  readonly env: Readonly<Record<string, string>>;
}

let probed: Promise<readonly TrainingSlot[]> | undefined;

/** The slots of this machine, found once. */
export function trainingSlots(): Promise<readonly TrainingSlot[]> {
  probed ??= cudaDevices().then(slotsOf);
  return probed;
}

/** One slot a device, or one in all. @param devices names of CUDA devices, as CUDA_VISIBLE_DEVICES takes them */
export function slotsOf(devices: readonly string[], machine = hostname()): TrainingSlot[] {
  if (devices.length === 0) return [{ machine, name: 'cpu', env: {} }];
  return devices.map((id) => ({ machine, name: `cuda-${id}`, env: { CUDA_VISIBLE_DEVICES: id } }));
}

/** The GPUs that this process may use. */
async function cudaDevices(): Promise<string[]> {
  const given = process.env.CUDA_VISIBLE_DEVICES;
  if (given !== undefined) return namesIn(given, ',');
  try {
    const query = ['--query-gpu=index', '--format=csv,noheader'];
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: PROBE_MS });
    return namesIn(stdout, '\n');
  } catch (error) {
    // No such program is the ordinary case of a machine without a GPU.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      logger.warn({ err: error }, 'nvidia-smi did not say which GPUs there are; training runs one at a time');
    return [];
  }
}

/** `-1` is how CUDA is told to use none. */
const namesIn = (text: string, separator: string): string[] =>
  text
    .split(separator)
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '-1');

interface Waiting {
  /** Who waits; of several on a machine, whoever's sorts first goes first. */
  readonly ticket: string;
  readonly signal: AbortSignal;
  /** Told once where it is not its turn, or all slots are taken. */
  onBusy(): void;
}

/**
 * Runs `work` in a slot of this machine that no other process of this installation uses, waiting in line for one while all
 * are taken. The slot, or the place in line, of a process that died is free.
 * @throws the signal's reason where it is stopped while it waits
 */
export async function withTrainingSlot<Result>(
  { ticket, signal, onBusy }: Waiting,
  work: (slot: TrainingSlot) => Promise<Result>,
  slots?: readonly TrainingSlot[],
): Promise<Result> {
  const own = slots ?? (await trainingSlots());
  const folder = join(paths().trainingSlots, own[0].machine);
  await mkdir(folder, { recursive: true });
  const place = `${ticket}${IN_LINE}`;
  await writeFile(join(folder, place), identify(process.pid));
  const taken = await untilFree(folder, place, own, { signal, onBusy }).finally(() =>
    rm(join(folder, place)),
  );
  try {
    return await work(taken.slot);
  } finally {
    taken.release();
  }
}

async function untilFree(
  folder: string,
  place: string,
  slots: readonly TrainingSlot[],
  { signal, onBusy }: Pick<Waiting, 'signal' | 'onBusy'>,
): Promise<{ slot: TrainingSlot; release: () => void }> {
  for (let looks = 0; ; looks++) {
    signal.throwIfAborted();
    if (await isFirst(folder, place)) {
      for (const slot of slots) {
        const release = await tryLock(join(folder, `${slot.name}.lock`));
        if (release) return { slot, release };
      }
    }
    if (looks === 0) onBusy();
    await sleep(LOOK_EVERY_MS);
  }
}

/** Whether nobody who lives stands before this place in the line. */
async function isFirst(folder: string, place: string): Promise<boolean> {
  const before = (await readdir(folder)).filter((name) => name.endsWith(IN_LINE) && name < place);
  return !before.some((name) => isRunning(readText(join(folder, name))));
}
