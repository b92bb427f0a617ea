import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { type Actor, requireRole } from '../auth/actor.ts';
import type { VersionRow } from '../repo/model.ts';
import { type EmbedRow, streamEmbeds } from '../repo/prediction.ts';
import { storage } from '../storage.ts';
import { requireVersion } from './model.ts';

const FILE = 'pattern_embeds.parquet';
/** Rows read together, and written as one row group: about a megabyte. */
const PAGE = 4096;

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' } as const;
const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: 7 },
  { name: 'venue', ...text },
  { name: 'symbol', ...text },
  { name: 'timeframe', ...text },
  { name: 'ts', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'REQUIRED' },
  { name: 'class', ...text },
  { name: 'quality', type: 'FLOAT', repetition_type: 'REQUIRED' },
  { name: 'embed', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
];
const COLUMNS = ['venue', 'symbol', 'timeframe', 'ts', 'class', 'quality', 'embed'] as const;

/** Where a version's embeddings lie in storage: beside its model. */
export const embedsKey = ({ storageKey }: VersionRow): string => `${storageKey}/${FILE}`;

/** Writes a version's embeddings beside its model, in place of a former file of them. */
export async function publishEmbeds(version: VersionRow, signal: AbortSignal): Promise<void> {
  await storage.withScratch('embeds', async (folder) => {
    const file = join(folder, FILE);
    await writeEmbeds(version, file, signal);
    await storage.writeAtomic(embedsKey(version), createReadStream(file));
  });
}

/**
 * Writes a version's embeddings to a file of the caller's, whole or not at all.
 * @returns how many windows it holds
 * @throws Refusal `not_found`
 */
export async function exportEmbeds(
  actor: Actor,
  { name, file }: { name: string; file: string },
): Promise<{ rows: number }> {
  requireRole(actor, 'admin');
  const version = await requireVersion(name);
  const target = resolve(file);
  const part = `${target}.${process.pid}.part`;
  await mkdir(dirname(target), { recursive: true });
  try {
    const rows = await writeEmbeds(version, part, new AbortController().signal);
    await rename(part, target);
    return { rows };
  } finally {
    await rm(part, { force: true });
  }
}

async function writeEmbeds(version: VersionRow, file: string, signal: AbortSignal): Promise<number> {
  let count = 0;
  const rows = async function* () {
    for await (const page of streamEmbeds(version.id, PAGE)) {
      signal.throwIfAborted();
      count += page.length;
      for (const row of page)
        yield { ...row, ts: new Date(row.ts) } satisfies Record<keyof EmbedRow, unknown>;
    }
  };
  await parquetWriteRows({
    writer: fileWriter(file),
    rows: rows(),
    columns: COLUMNS.map((name) => ({ name })),
    schema: SCHEMA,
    rowGroupSize: PAGE,
    kvMetadata: [{ key: 'model_version', value: version.name }],
    createdBy: 'halyard',
  });
  return count;
}
