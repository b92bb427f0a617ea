import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { paths } from './paths.ts';

/** Where unfinished work lies: on the storage's own filesystem, so that publishing is one rename. */
const SCRATCH = '.scratch';

/**
 * The one place that knows where files lie. Keys are relative, with `/`; what is published under a key never changes
 * (a version's embeddings, written anew where there are more, are the one exception), and becomes visible whole or not
 * at all.
 */
export const storage = {
  /**
   * Absolute local path of a key; nothing is made by asking.
   * @throws RangeError where the key would leave the storage folder
   */
  path(key: string): string {
    const root = resolve(paths().storage);
    const path = resolve(root, key);
    if (key === '' || !path.startsWith(root + sep)) throw new RangeError(`"${key}" is no storage key`);
    return path;
  },

  /** Writes bytes or a stream of them under `key`: flushed to disk, then renamed into place. */
  async writeAtomic(key: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const target = storage.path(key);
    const folder = await scratchRoot();
    const temporary = join(folder, `${randomUUID()}.part`);
    try {
      const file = await open(temporary, 'wx');
      try {
        // Not write(): that may take only a part of a chunk, as when the disk is nearly full, and say so in its answer alone.
        if (content instanceof Uint8Array) await file.writeFile(content);
        else for await (const chunk of content) await file.writeFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
      await moveInto(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
  },

  /** Publishes a finished file or folder made in scratch. What is already there under `key` stays: the same content has the same key. */
  async publishFolder(temporary: string, key: string): Promise<void> {
    const target = storage.path(key);
    if (await storage.exists(key)) {
      await rm(temporary, { recursive: true, force: true });
      return;
    }
    await syncTree(temporary);
    try {
      await moveInto(temporary, target);
    } catch (error) {
      // Someone else published the same content a moment ago.
      if (!(await storage.exists(key))) throw error;
      await rm(temporary, { recursive: true, force: true });
    }
  },

  async exists(key: string): Promise<boolean> {
    return (await stat(storage.path(key)).catch(nullIfMissing)) !== null;
  },

  /**
   * Whether there is something under `key`; its age begins anew, so that no sweep takes it from whoever is about to
   * point to it.
   */
  async renew(key: string, now = new Date()): Promise<boolean> {
    try {
      await utimes(storage.path(key), now, now);
      return true;
    } catch (error) {
      return nullIfMissing(error as NodeJS.ErrnoException) !== null;
    }
  },

  /** Since what lies under `key` was made or renewed; null where there is nothing. */
  async ageMs(key: string, now = Date.now()): Promise<number | null> {
    const found = await stat(storage.path(key)).catch(nullIfMissing);
    return found && now - found.mtimeMs;
  },

  async remove(key: string): Promise<void> {
    await rm(storage.path(key), { recursive: true, force: true });
  },

  /** Gives `work` a new empty folder on the storage's filesystem, and removes what it has not published of it. */
  async withScratch<Result>(prefix: string, work: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(join(await scratchRoot(), `${prefix}-`));
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },

  /** Removes what stopped processes left in scratch, where it is older than `ageMs`. */
  async sweepScratch(ageMs: number, now = Date.now()): Promise<void> {
    const folder = await scratchRoot();
    for (const name of await readdir(folder)) {
      const found = await stat(join(folder, name)).catch(nullIfMissing);
      if (found && now - found.mtimeMs > ageMs)
        await rm(join(folder, name), { recursive: true, force: true });
    }
  },
};

async function scratchRoot(): Promise<string> {
  const folder = storage.path(SCRATCH);
  await mkdir(folder, { recursive: true });
  return folder;
}

async function moveInto(from: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await rename(from, target);
  await syncPath(dirname(target));
}

/** Flushes every file below, so that a rename that survives a power cut names whole content. */
async function syncTree(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    for (const name of await readdir(path)) await syncTree(join(path, name));
  }
  await syncPath(path);
}

async function syncPath(path: string): Promise<void> {
  // Windows opens no folder; its renames are journalled.
  if (process.platform === 'win32' && (await stat(path)).isDirectory()) return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
