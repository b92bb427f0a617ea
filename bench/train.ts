import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Measured {
  readonly trainer_images_per_s: number;
  readonly bare_images_per_s: number;
  readonly ratio: number;
  readonly images: number;
  readonly batch: number;
  readonly device: string;
}

function isMeasured(event: unknown): event is Measured {
  return event instanceof Object && 'type' in event && event.type === 'bench';
}

function trainerPython(): string {
  const python = process.env.HALYARD_TRAIN_PYTHON ?? `${ROOT}.halyard/venv-train/bin/python`;
  if (!existsSync(python)) {
    throw new Error(`${python}: no Python with the trainer's packages there; set HALYARD_TRAIN_PYTHON`);
  }
  return python;
}

/** Runs the trainer's own benchmark; its standard input stays open, since it ends when that closes. */
async function measure(turns: number): Promise<Measured> {
  const child = spawn(trainerPython(), ['-m', 'halyard_train', 'bench', '--turns', String(turns)], {
    cwd: `${ROOT}workers/train`,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const events = text.split('\n').filter((line) => line !== '');
  const measured: unknown = events.map((line) => JSON.parse(line)).find(isMeasured);
  if (code !== 0 || !isMeasured(measured)) throw new Error(`the trainer ended with ${code}: ${text}`);
  return measured;
}

const bench: Bench = {
  name: 'train',
  about: 'images/s of the trainer, reading and augmenting from disk, over the bare forward-backward loop',
  async run({ quick }) {
    const measured = await measure(quick ? 2 : 8);
    const machine = `${machineName()}, ${measured.device}`;
    const line = (figure: string, value: number, unit: string, limit: number | null): Figure => ({
      bench: 'train',
      figure,
      value,
      unit,
      n: measured.images,
      size: `batches of ${measured.batch} windows`,
      limit,
      machine,
    });
    return [
      line('trainer_images_per_s', measured.trainer_images_per_s, 'images/s', null),
      line('bare_images_per_s', measured.bare_images_per_s, 'images/s', null),
      line('ratio', measured.ratio, 'of the bare loop', 0.9),
    ];
  },
};

export default bench;
