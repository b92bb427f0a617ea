#!/usr/bin/env node
// Stands in for Python with the trainer where a test is about what is around it: it says that it trains, and goes on until
// it is ended. It ignores being asked to end, as a trainer within a long kernel would.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  args: process.argv.slice(5), // after -m halyard_train train
  options: {
    dataset: { type: 'string' },
    run: { type: 'string' },
    config: { type: 'string' },
    resume: { type: 'boolean' },
  },
});
process.on('SIGTERM', () => undefined);
process.stdin.on('end', () => undefined).resume();

/** @param {Record<string, unknown>} event */
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

mkdirSync(values.run ?? '', { recursive: true });
writeFileSync(join(values.run ?? '', 'run.lock'), `${process.pid}\n`);
console.error('loading the windows');
say({
  ...{ type: 'start', device: 'CPU, 1 threads, fp32', images: 10, validation_images: 2, parameters: 1 },
  ...{ epochs: 5, steps: 2, batch: 8, resumed_epoch: 0, trainer: 'stand-in' },
});
say({ type: 'step', epoch: 1, step: 1, steps: 2, loss: 1.5, images_per_s: 40, seconds_left: 600 });
setInterval(() => undefined, 1000);
