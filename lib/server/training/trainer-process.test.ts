import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainerEvent } from '@/lib/contract/trainer-event.ts';
import { isAlive } from '../host/processes.mjs';
import { runTrainer } from './trainer-process.ts';

const DONE = `{"type":"done","best_epoch":1,"macro_f1":null}`;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halyard-trainer-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a Node script in the trainer's place: what is under test is how any such process is started and ended. */
async function run(script: string, options: { abortAfterLog?: string } = {}) {
  const file = join(folder, 'script.mjs');
  await writeFile(file, script);
  const abort = new AbortController();
  const events: TrainerEvent[] = [];
  const log: string[] = [];
  let pid = 0;
  let abortedAt = 0;
  const ended = runTrainer(
    { python: process.execPath, args: [file], cwd: folder },
    {
      signal: abort.signal,
      onEvent: async (event) => {
        events.push(event);
      },
      onLog: (line) => {
        log.push(line);
        if (line === options.abortAfterLog) {
          abortedAt = Date.now();
          abort.abort(new Error('cancelled'));
        }
      },
      onStart: (started) => {
        pid = started;
      },
    },
  );
  const error = await ended.then(
    () => null,
    (reason: Error) => reason.message,
  );
  return { events, log, pid, error, secondsToEnd: (Date.now() - abortedAt) / 1000 };
}

describe('a trainer process', { timeout: 20_000 }, () => {
  it('hands over every event in order, also the last before it ends', async () => {
    const { events, error } = await run(`
      for (let epoch = 1; epoch <= 200; epoch++) console.log(JSON.stringify({ type: 'epoch', epoch, train_loss: 1,
        val_loss: null, macro_f1: null, per_class_f1: [null], lr: 0.1, images_per_s: 1, seconds: 1 }));
      console.log('${DONE}');`);
    expect(error).toBeNull();
    expect(events.map((event) => (event.type === 'epoch' ? event.epoch : event.type))).toEqual([
      ...Array.from({ length: 200 }, (_, i) => i + 1),
      'done',
    ]);
  });

  it("fails with the trainer's own reason where it gives one", async () => {
    const { error } = await run(`
      console.log(JSON.stringify({ type: 'error', message: 'the loss became inf in epoch 3' }));
      process.exitCode = 2;`);
    expect(error).toBe('the loss became inf in epoch 3');
  });

  it('tells the last words of one that dies without a reason', async () => {
    const { error } = await run(
      `console.error('first'); console.error('Killed by the test'); process.exit(7);`,
    );
    expect(error).toBe('The trainer ended with exit code 7. Its last words:\nfirst\nKilled by the test');
  });

  it('sees at once that one was killed', async () => {
    const { error } = await run(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`);
    expect(error).toBe(
      'The trainer was killed, as the system does when memory runs out: a smaller batch needs less (SIGKILL). It said nothing.',
    );
  });

  it('says what kind of crash it was', async () => {
    const { error } = await run(
      `console.error('step 41'); process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);`,
    );
    expect(error).toBe(
      'The trainer crashed: it touched memory that is not its own (SIGSEGV). Its last words:\nstep 41',
    );
  });

  it('sees the end of one whose child still holds its output, and ends the child too', async () => {
    const { error, log } = await run(
      `import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'inherit' });
       child.once('spawn', () => { console.error(child.pid); setTimeout(() => process.exit(5), 100); });`,
    );
    expect(error).toContain('ended with exit code 5');
    await expect.poll(() => isAlive(Number(log[0])), { timeout: 1000 }).toBe(false);
  });

  it('fails on a line it does not understand, and ends the process', async () => {
    const { error, pid } = await run(`console.log('{"type":"epoch"}'); setInterval(() => {}, 1000);`);
    expect(error).toContain('not understood: {"type":"epoch"}');
    expect(isAlive(pid)).toBe(false);
  });

  it('says which program could not be started', async () => {
    const failed = runTrainer(
      { python: join(folder, 'no-python'), args: [], cwd: folder },
      { signal: new AbortController().signal, onEvent: async () => undefined, onLog: () => undefined },
    );
    await expect(failed).rejects.toThrow('could not be started');
  });

  it('is gone within 5 s of a cancel even when it and its child ignore being asked', async () => {
    const { error, pid, log, secondsToEnd } = await run(
      `import { spawn } from 'node:child_process';
       process.on('SIGTERM', () => undefined);
       process.stdin.on('end', () => undefined).resume();
       const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => 0); setInterval(() => 0, 1000)']);
       child.once('spawn', () => { console.error(child.pid); setTimeout(() => console.error('ready'), 300); });
       setInterval(() => undefined, 1000);`,
      { abortAfterLog: 'ready' },
    );
    expect(error).toBe('cancelled');
    expect(secondsToEnd).toBeLessThan(5);
    expect(isAlive(pid)).toBe(false);
    await expect.poll(() => isAlive(Number(log[0])), { timeout: 1000 }).toBe(false);
  });

  it("keeps the trainer's input open while it runs and gives it no database address", async () => {
    const before = process.env.DATABASE_URL;
    process.env.DATABASE_URL = 'postgresql://secret@nowhere/x';
    const { log, error } = await run(`
      process.stdin.on('end', () => { console.error('input closed'); }).resume();
      setTimeout(() => { console.error(String(process.env.DATABASE_URL)); process.exit(0); }, 300);`);
    if (before === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = before;
    expect(error).toBeNull();
    expect(log).toEqual(['undefined']);
  });
});
