import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type TrainerEvent, trainerEventSchema } from '@/lib/contract/trainer-event.ts';
import { Problem } from '../host/problem.mjs';

/** From SIGTERM to SIGKILL: with the second in which a worker notices a cancel, a trainer is gone within 5 s. */
const GRACE_MS = 2000;
/** Lines of standard error that explain a death. */
const LAST_LINES = 12;

export interface TrainerCommand {
  readonly python: string;
  readonly args: readonly string[];
  /** Folder of the `halyard_train` package. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface TrainerHooks {
  readonly signal: AbortSignal;
  /** Awaited before the next line is read. */
  onEvent(event: TrainerEvent): Promise<void>;
  /** Whatever the trainer and its libraries say beside the events. */
  onLog(line: string): void;
  /** Told the process id once it runs. */
  onStart?(pid: number): void;
}

type Trainer = ChildProcessByStdio<Writable, Readable, Readable>;

/** A trainer that ended without doing its work; the message says why and is meant for people. */
export class TrainerFailure extends Problem {}

/**
 * Runs a trainer to its end, in a process group of its own. Its standard input is a pipe that only this process
 * holds: when we die, however, it closes and the trainer ends itself.
 * @throws the signal's reason after a cancel, when the process is gone; TrainerFailure with the trainer's own reason
 *   when it fails, or with how it died and its last words
 */
export async function runTrainer(command: TrainerCommand, hooks: TrainerHooks): Promise<void> {
  hooks.signal.throwIfAborted();
  const child: Trainer = spawn(command.python, command.args, {
    cwd: command.cwd,
    env: trainerEnvironment(command),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  // Writing to a dead trainer's input is no news: its exit is.
  child.stdin.on('error', () => undefined);
  const exited = exitOf(child, command);
  // Its outcome is read after the last line; until then a failed start is no unhandled rejection.
  exited.catch(() => undefined);
  if (child.pid !== undefined) hooks.onStart?.(child.pid);
  const stop = stopper(child);
  hooks.signal.addEventListener('abort', stop, { once: true });
  const stderr = collectLines(child.stderr, hooks.onLog);
  let reason: string | null = null;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const event = parseLine(line);
      if (event.type === 'error') reason = event.message;
      await hooks.onEvent(event);
    }
  } catch (error) {
    stop();
    await exited.catch(() => undefined);
    hooks.signal.throwIfAborted();
    throw error;
  } finally {
    hooks.signal.removeEventListener('abort', stop);
  }
  const end = await exited;
  hooks.signal.throwIfAborted();
  if (end.code !== 0) throw new TrainerFailure(reason ?? describeDeath(end, stderr));
}

/** The database's address is none of the trainer's business. */
function trainerEnvironment({ cwd, env }: TrainerCommand): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, ...inherited } = process.env;
  return { ...inherited, ...env, PYTHONPATH: cwd, PYTHONUNBUFFERED: '1' };
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function exitOf(child: Trainer, { python }: TrainerCommand): Promise<End> {
  return new Promise((done, failed) => {
    child.once('error', (error) =>
      failed(new TrainerFailure(`The trainer could not be started with ${python}: ${error.message}`)),
    );
    // What it started must not outlive it: it would hold the pipes open, and the end would go unnoticed.
    child.once('exit', () => killGroup(child, 'SIGKILL'));
    child.once('close', (code, signal) => done({ code, signal }));
  });
}

/** Ends the process and all of its group, those that outlive it too: asks first, and kills after the grace. */
function stopper(child: Trainer): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  child.once('close', () => {
    isClosed = true;
    clearTimeout(timer);
  });
  return () => {
    if (isClosed || timer) return;
    child.stdin.end();
    killGroup(child, 'SIGTERM');
    timer = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS);
  };
}

function killGroup(child: Trainer, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // Gone between the look and the kill.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function collectLines(stream: Readable, onLine: (line: string) => void): string[] {
  const last: string[] = [];
  createInterface({ input: stream }).on('line', (line) => {
    if (line.trim() === '') return;
    onLine(line);
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
  });
  return last;
}

function parseLine(line: string): TrainerEvent {
  try {
    return trainerEventSchema.parse(JSON.parse(line));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The trainer wrote a line that is not understood: ${line.slice(0, 200)} (${why})`);
  }
}

/** What a signal means for a trainer that nobody here sent it to. */
const SIGNAL_WORDS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'was killed, as the system does when memory runs out: a smaller batch needs less',
  SIGTERM: 'was told to end by somebody else on this machine',
  SIGINT: 'was interrupted by somebody else on this machine',
  SIGSEGV: 'crashed: it touched memory that is not its own',
  SIGBUS: 'crashed: a file it reads was cut short, or the disk or shared memory is full',
  SIGABRT: 'gave up on a fault within a library',
  SIGILL: 'crashed: this processor lacks an instruction that PyTorch uses',
  SIGFPE: 'crashed on a division',
};

/** How it ended, in words, with its last lines. */
function describeDeath({ code, signal }: End, stderr: readonly string[]): string {
  const words = signal === null ? null : SIGNAL_WORDS[signal];
  const how = signal === null ? `ended with exit code ${code}` : `${words ?? 'was ended'} (${signal})`;
  const told = stderr.length > 0 ? `Its last words:\n${stderr.join('\n')}` : 'It said nothing.';
  return `The trainer ${how}. ${told}`;
}
