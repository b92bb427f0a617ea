import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, pipeline as startPipeline, Transform } from 'node:stream';
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

const MAX_ENTRIES = 2000;
/** Unpacked, all entries together; so are the lines. */
const MAX_BYTES = 4 * 2 ** 30;
/** Each takes up to 300 bytes of disk while it is imported. */
const MAX_LINES = 100_000_000;
/** Unpacked over packed, for what is larger than a few megabytes: bars never come near it. */
const MAX_RATIO = 150;
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
): Promise<CsvFile[]> {
  const budget = new Budget(name, (await stat(path)).size);
  const files: CsvFile[] = [];
  try {
    for await (const text of textsOf(path, name)) {
      const notes: LineNotes = { blankLines: [], lines: 0 };
      const target = join(folder, `${files.length}.csv`);
      const clean = [budget.countBytes(), cleanLines(text.name, notes), createWriteStream(target)];
      await pipeline([...text.stages, ...clean], { signal });
      budget.addLines(notes.lines);
      files.push({ name: text.name, path: target, notes });
    }
    return files;
  } catch (error) {
    throw signal.aborted ? error : inWords(error, name);
  }
}

/**
 * The first `bytes` of a bar file's cleaned text, up to its last whole line, as a file in `folder`; of a zip those of
 * its first csv entry. No more is read and unpacked than that takes.
 * @throws Refusal for what is no bar file, or is damaged so early
 */
export async function unpackHead(
  path: string,
  name: string,
  folder: string,
  bytes: number,
): Promise<CsvFile> {
  try {
    for await (const text of textsOf(path, name)) {
      const notes: LineNotes = { blankLines: [], lines: 0 };
      const target = join(folder, 'head.csv');
      await writeFile(target, await readHead(text.stages, cleanLines(text.name, notes), bytes));
      return { name: text.name, path: target, notes };
    }
    throw new Error('it holds no text');
  } catch (error) {
    throw inWords(error, name);
  }
}

async function readHead(stages: readonly Readable[], cleaner: Transform, bytes: number): Promise<Buffer> {
  // What goes wrong in one of them comes out of the last.
  startPipeline([...stages, cleaner], () => undefined);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of cleaner) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= bytes) break;
  }
  const head = Buffer.concat(chunks).subarray(0, bytes);
  const lastWhole = head.lastIndexOf('\n') + 1;
  return length < bytes || lastWhole === 0 ? head : head.subarray(0, lastWhole);
}

function inWords(error: unknown, name: string): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal('invalid', `${name} cannot be unpacked: ${(error as Error).message}.`);
}

/** Counts what comes out of an archive against the limits. */
class Budget {
  private bytes = 0;
  private lines = 0;
  private readonly most: number;

  constructor(
    private readonly name: string,
    packed: number,
  ) {
    this.most = Math.min(MAX_BYTES, Math.max(RATIO_MATTERS_BYTES, packed * MAX_RATIO));
  }

  countBytes(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.bytes += chunk.length;
        if (this.bytes > this.most) done(this.refusal());
        else done(null, chunk);
      },
    });
  }

  addLines(count: number): void {
    this.lines += count;
    if (this.lines <= MAX_LINES) return;
    throw new Refusal(
      'too_large',
      `${this.name} holds ${this.lines} lines; at most ${MAX_LINES} are imported at a time. Send it in parts.`,
    );
  }

  private refusal(): Refusal {
    if (this.most === MAX_BYTES) {
      const words = `${this.name} unpacks to more than ${MAX_BYTES} bytes, the most that is imported at a time`;
      return new Refusal('too_large', `${words}. Send it in parts.`);
    }
    return new Refusal(
      'too_large',
      `${this.name} unpacks to more than ${this.most} bytes, far more than bars of its size; it is refused.`,
    );
  }
}

interface PackedText {
  readonly name: string;
  /** The packed bytes, and what unpacks them. */
  readonly stages: readonly Readable[];
}

/** The texts in a bar file, at least one. Each is read before the next is asked for. */
async function* textsOf(path: string, name: string): AsyncGenerator<PackedText> {
  if ((await stat(path)).size === 0) throw new Refusal('invalid', `${name} is empty.`);
  const kind = await kindOf(path);
  if (kind === 'zip') {
    yield* zippedTexts(path, name);
    return;
  }
  if (kind === 'text' && /\.(zip|gz)$/i.test(name)) {
    throw new Refusal(
      'invalid',
      `${name} is named like an archive, but its content is none: it is damaged, or another kind of file.`,
    );
  }
  const source = createReadStream(path);
  yield { name, stages: kind === 'gzip' ? [source, createGunzip()] : [source] };
}

async function kindOf(path: string): Promise<'zip' | 'gzip' | 'text'> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    // A zip begins with its first entry, or with its end where it has none.
    if (bytesRead >= 4 && [0x04034b50, 0x06054b50].includes(buffer.readUInt32LE(0))) return 'zip';
    return bytesRead >= 2 && buffer[0] === 0x1f && buffer[1] === 0x8b ? 'gzip' : 'text';
  } finally {
    await file.close();
  }
}

async function* zippedTexts(path: string, name: string): AsyncGenerator<PackedText> {
  const handle = await open(path);
  try {
    const zip = await openZip(handle.fd);
    if (zip.entryCount > MAX_ENTRIES) {
      throw new Refusal(
        'too_large',
        `${name} holds ${zip.entryCount} entries; at most ${MAX_ENTRIES} are read.`,
      );
    }
    let texts = 0;
    for await (const entry of entriesOf(zip)) {
      if (!isBars(entry)) continue;
      texts++;
      yield { name: `${name}/${storable(entry.fileName)}`, stages: [await streamOf(zip, entry)] };
    }
    if (texts === 0) throw new Refusal('invalid', `${name} holds no .csv file.`);
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
