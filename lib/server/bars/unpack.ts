import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Entry, fromFd, type ZipFile } from 'yauzl';
import { storable } from '@/lib/contract/common.ts';
import { Refusal } from '../error.ts';
import { cleanLines, type LineNotes } from './clean-lines.ts';

/** One CSV text ready to be read. */
export interface CsvFile {
  /** As people know it: the file, or the file and the entry in it. */
  readonly name: string;
  readonly path: string;
  readonly notes: LineNotes;
}

export interface UnpackLimits {
  readonly maxEntries: number;
  /** Of all entries together. */
  readonly maxBytes: number;
  /** Unpacked over packed, for what is larger than a few megabytes: bars never come near it. */
  readonly maxRatio: number;
}

export const UNPACK_LIMITS: UnpackLimits = { maxEntries: 2000, maxBytes: 4 * 2 ** 30, maxRatio: 150 };
/** Below this a high ratio does no harm. */
const RATIO_MATTERS_BYTES = 8 * 2 ** 20;

/**
 * Unpacks a bar file (csv, gzip, zip with csv entries; told by its content) into `folder` and cleans its text.
 * @throws Refusal for what is no bar file, is damaged, or would expand beyond the limits
 */
export async function unpackBarFile(
  path: string,
  name: string,
  folder: string,
  signal: AbortSignal,
  limits: UnpackLimits = UNPACK_LIMITS,
): Promise<CsvFile[]> {
  const { size } = await stat(path);
  if (size === 0) throw new Refusal('invalid', `${name} is empty.`);
  const budget = new Budget(name, size, limits);
  const kind = await kindOf(path);
  try {
    if (kind === 'zip') return await unpackZip(path, name, folder, budget, signal);
    const source = createReadStream(path);
    const stages = kind === 'gzip' ? [source, createGunzip()] : [source];
    return [await writeClean(stages, name, join(folder, '0.csv'), budget, signal)];
  } catch (error) {
    if (error instanceof Refusal || signal.aborted) throw error;
    throw new Refusal('invalid', `${name} cannot be unpacked: ${(error as Error).message}.`);
  }
}

async function kindOf(path: string): Promise<'zip' | 'gzip' | 'text'> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead >= 4 && buffer.readUInt32LE(0) === 0x04034b50) return 'zip';
    return bytesRead >= 2 && buffer[0] === 0x1f && buffer[1] === 0x8b ? 'gzip' : 'text';
  } finally {
    await file.close();
  }
}

/** Counts what comes out of an archive against the limits. */
class Budget {
  private total = 0;
  private readonly most: number;
  constructor(
    private readonly name: string,
    packed: number,
    readonly limits: UnpackLimits,
  ) {
    this.most = Math.min(limits.maxBytes, Math.max(RATIO_MATTERS_BYTES, packed * limits.maxRatio));
  }

  stage(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.total += chunk.length;
        if (this.total > this.most) done(this.refusal());
        else done(null, chunk);
      },
    });
  }

  private refusal(): Refusal {
    return new Refusal(
      'too_large',
      `${this.name} unpacks to more than ${this.most} bytes, far more than bars of its size; it is refused.`,
    );
  }
}

async function writeClean(
  source: readonly (NodeJS.ReadableStream | NodeJS.ReadWriteStream)[],
  name: string,
  path: string,
  budget: Budget,
  signal: AbortSignal,
): Promise<CsvFile> {
  const notes: LineNotes = { blankLines: [], lines: 0 };
  await pipeline([...source, budget.stage(), cleanLines(name, notes), createWriteStream(path)], { signal });
  return { name, path, notes };
}

async function unpackZip(
  path: string,
  name: string,
  folder: string,
  budget: Budget,
  signal: AbortSignal,
): Promise<CsvFile[]> {
  const handle = await open(path);
  try {
    const zip = await openZip(handle.fd);
    if (zip.entryCount > budget.limits.maxEntries) {
      throw new Refusal(
        'too_large',
        `${name} holds ${zip.entryCount} entries; at most ${budget.limits.maxEntries} are read.`,
      );
    }
    const files: CsvFile[] = [];
    for await (const entry of entriesOf(zip)) {
      signal.throwIfAborted();
      if (!isBars(entry)) continue;
      const target = join(folder, `${files.length}.csv`);
      const entryName = `${name}/${storable(entry.fileName)}`;
      files.push(await writeClean([await streamOf(zip, entry)], entryName, target, budget, signal));
    }
    if (files.length === 0) throw new Refusal('invalid', `${name} holds no .csv file.`);
    return files;
  } finally {
    await handle.close();
  }
}

function isBars({ fileName }: Entry): boolean {
  return /\.(csv|txt)$/i.test(fileName) && !fileName.startsWith('__MACOSX/');
}

function openZip(fd: number): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromFd(fd, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      const settle = (act: () => void) => {
        zip.removeAllListeners();
        act();
      };
      zip.once('entry', (found: Entry) => settle(() => resolve(found)));
      zip.once('end', () => settle(() => resolve(null)));
      zip.once('error', (error: Error) => settle(() => reject(error)));
      zip.readEntry();
    });
    if (entry === null) return;
    yield entry;
  }
}

function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(Readable.from(stream))));
  });
}
