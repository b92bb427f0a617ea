import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * Every living process of an installation: those that were started with its folder in their environment or command
 * line, or that work in it, and all that came from them. Linux only, as these tests are.
 */
export function processesOf(home: string): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => look(Number(name)));
  const mine = new Set(all.filter(({ pid }) => belongs(pid, home)).map(({ pid }) => pid));
  for (let before = -1; before !== mine.size; ) {
    before = mine.size;
    for (const { pid, parent } of all) if (mine.has(parent)) mine.add(pid);
  }
  return all.filter(({ pid }) => mine.has(pid));
}

/** SIGKILL to all of them at once, and waits until they are gone. */
export async function killAll(home: string): Promise<void> {
  for (let left = processesOf(home); left.length > 0; left = processesOf(home)) {
    for (const { pid } of left) kill(pid);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** SIGKILL, unless it has ended meanwhile. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** No entry for one that has ended meanwhile, and for a zombie. */
function look(pid: number): Process[] {
  const fields = read(`/proc/${pid}/stat`).split(') ').pop()?.split(' ') ?? [];
  const [state, parent] = fields;
  if (parent === undefined || state === 'Z' || state === 'X') return [];
  return [{ pid, parent: Number(parent), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }];
}

function belongs(pid: number, home: string): boolean {
  if (read(`/proc/${pid}/environ`).includes(`HALYARD_HOME=${home}\0`)) return true;
  if (read(`/proc/${pid}/cmdline`).includes(`${home}/`)) return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${home}/`);
  } catch {
    return false; // it ended, or is not ours to look into
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended, or is not ours to look into
  }
}
