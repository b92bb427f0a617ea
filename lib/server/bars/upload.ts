import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { z } from '@/lib/contract/zod.ts';
import { notFound, Refusal } from '../error.ts';
import { storage } from '../storage.ts';

const FOLDER = 'uploads';
const MAX_UPLOAD_BYTES = 2 ** 30;

const metaSchema = z.object({ name: z.string(), bytes: z.number() });

export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly path: string;
}

/**
 * Keeps a file that somebody sent until it is imported. Its description is written last, so that a broken upload does
 * not exist.
 */
export async function saveUpload(name: string, content: AsyncIterable<Uint8Array>): Promise<Upload> {
  const id = randomUUID();
  const count = { bytes: 0 };
  await storage.writeAtomic(keyOf(id, 'file'), limited(name, content, count));
  const meta = { name: baseName(name), bytes: count.bytes };
  await storage.writeAtomic(keyOf(id, 'meta.json'), Buffer.from(JSON.stringify(meta)));
  return { id, ...meta, path: storage.path(keyOf(id, 'file')) };
}

/** @throws Refusal `not_found` for an upload that was imported already, swept away, or never was */
export async function openUpload(id: string): Promise<Upload> {
  if (!z.uuid().safeParse(id).success || !(await storage.exists(keyOf(id, 'meta.json')))) {
    throw notFound(`upload ${id}; it may have been imported already`);
  }
  const meta = metaSchema.parse(JSON.parse(await readFile(storage.path(keyOf(id, 'meta.json')), 'utf8')));
  return { id, ...meta, path: storage.path(keyOf(id, 'file')) };
}

export async function removeUpload(id: string): Promise<void> {
  await storage.remove(`${FOLDER}/${id}`);
}

/** Removes uploads that nobody imported within `ageMs`. */
export async function sweepUploads(ageMs: number, now = Date.now()): Promise<void> {
  if (!(await storage.exists(FOLDER))) return;
  for (const id of await readdir(storage.path(FOLDER))) {
    const age = await storage.ageMs(`${FOLDER}/${id}`, now);
    if (age !== null && age > ageMs) await removeUpload(id);
  }
}

async function* limited(name: string, content: AsyncIterable<Uint8Array>, count: { bytes: number }) {
  for await (const chunk of content) {
    count.bytes += chunk.length;
    if (count.bytes > MAX_UPLOAD_BYTES) {
      throw new Refusal('too_large', `${name} is larger than ${MAX_UPLOAD_BYTES} bytes; send it in parts.`);
    }
    yield chunk;
  }
}

function keyOf(id: string, file: 'file' | 'meta.json'): string {
  return `${FOLDER}/${id}/${file}`;
}

function baseName(name: string): string {
  return name.split(/[\\/]/).at(-1) || 'upload';
}
