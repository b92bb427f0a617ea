import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identify } from '../host/processes.mjs';
import { paths } from '../paths.ts';
import { slotsOf, withTrainingSlot } from './slot.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'halyard-slots-'));
  process.env.HALYARD_HOME = home;
});
afterAll(() => rmSync(home, { recursive: true }));

const never = new AbortController().signal;

/** Three works at once in these slots. @returns how many ran together at most, where, and how often one had to wait */
async function three(slots: ReturnType<typeof slotsOf>) {
  let inside = 0;
  let most = 0;
  let waited = 0;
  const names: string[] = [];
  const order: string[] = [];
  const work = (ticket: string) =>
    withTrainingSlot(
      { ticket, signal: never, onBusy: () => void waited++ },
      async ({ name }) => {
        names.push(name);
        order.push(ticket);
        most = Math.max(most, ++inside);
        await sleep(50);
        inside--;
      },
      slots,
    );
  await Promise.all([work('a'), sleep(10).then(() => work('c')), sleep(20).then(() => work('b'))]);
  return { most, waited, order: order.join(''), names: new Set(names) };
}

test('a machine without a GPU trains one run at a time, whoever asked first being next', async () => {
  const slots = slotsOf([], 'here');
  expect(slots).toEqual([{ machine: 'here', name: 'cpu', env: {} }]);
  expect(await three(slots)).toEqual({ most: 1, waited: 2, order: 'abc', names: new Set(['cpu']) });
});

test('one with two GPUs trains two, each trainer seeing one of them', async () => {
  const slots = slotsOf(['0', '1'], 'there');
  expect(slots.map(({ env }) => env)).toEqual([{ CUDA_VISIBLE_DEVICES: '0' }, { CUDA_VISIBLE_DEVICES: '1' }]);
  const { most, waited, names } = await three(slots);
  expect([most, waited, names.size]).toEqual([2, 1, 2]);
});

test('a slot is another process’s as long as that lives, and a wait can be ended', async () => {
  const holder = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
  await new Promise((done) => holder.once('spawn', done));
  const folder = join(paths().trainingSlots, 'mine');
  await mkdir(folder, { recursive: true });
  writeFileSync(join(folder, 'cpu.lock'), identify(holder.pid ?? 0));
  // Somebody who died in the line does not hold it up.
  writeFileSync(join(folder, '0.waits'), '4194302:1');
  const slots = slotsOf([], 'mine');
  const stop = new AbortController();
  const waiting = withTrainingSlot(
    { ticket: '1', signal: stop.signal, onBusy: () => stop.abort('cancelled') },
    async () => 1,
    slots,
  );
  await expect(waiting).rejects.toBe('cancelled');
  const next = withTrainingSlot(
    { ticket: '2', signal: never, onBusy: () => holder.kill('SIGKILL') },
    async () => 2,
    slots,
  );
  expect(await next).toBe(2);
});
