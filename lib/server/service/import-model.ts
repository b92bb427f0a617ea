import { readFile } from 'node:fs/promises';
import type { Metrics } from '@/lib/contract/metrics.ts';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { z } from '@/lib/contract/zod.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { openUpload, removeUpload, saveUpload } from '../bars/upload.ts';
import { getDb } from '../db/connection.ts';
import { Refusal } from '../error.ts';
import { checkModel } from '../registry/check-model.ts';
import { registerVersion } from '../registry/register-version.ts';
import { writeAudit } from '../repo/audit.ts';

/** Models of this kind have about a megabyte. */
const MOST_BYTES = 64 << 20;

/**
 * Registers a model that was trained elsewhere, if it keeps the contract: inputs, outputs, opset, batches of any length,
 * and outputs that say what they are named for.
 * @param given the ONNX file, and what its metrics.json says
 * @throws Refusal `invalid` with everything that differs; nothing is registered then
 */
export async function importModel(
  actor: Actor,
  given: { model: Uint8Array; metrics: unknown; source: string },
): Promise<{ name: string }> {
  requireRole(actor, 'admin');
  const { model, source } = given;
  requireSize(source, model.length);
  const metrics = parseMetrics(given.metrics, source);
  const faults = await checkModel(model, metrics);
  if (faults.length > 0) throw refusalOf(source, faults);
  const { name } = await registerVersion({ model, metrics, runId: null, source });
  await writeAudit(getDb(), actor, 'model.import', name, { source });
  return { name };
}

/** Keeps a model's file that somebody sent until it is imported. */
export async function uploadModel(
  actor: Actor,
  { name }: { name: string },
  stream: ReadableStream<Uint8Array>,
): Promise<{ uploadId: string }> {
  requireRole(actor, 'admin');
  return { uploadId: (await saveUpload(name, stream)).id };
}

/** The same of a file that was sent before; it is gone afterwards, registered or refused. */
export async function importUploadedModel(
  actor: Actor,
  { uploadId, metrics }: { uploadId: string; metrics: unknown },
): Promise<{ name: string }> {
  requireRole(actor, 'admin');
  const { path, name, bytes } = await openUpload(uploadId);
  try {
    requireSize(name, bytes);
    return await importModel(actor, { model: await readFile(path), metrics, source: name });
  } finally {
    await removeUpload(uploadId);
  }
}

/** @throws Refusal `too_large` */
function requireSize(source: string, bytes: number): void {
  if (bytes > MOST_BYTES)
    throw new Refusal('too_large', `${source} has ${bytes} bytes; ${MOST_BYTES} are the most.`);
}

/** @throws Refusal `invalid` naming each field that is missing or wrong */
function parseMetrics(given: unknown, source: string): Metrics {
  const parsed = metricsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw refusalOf(source, [`metrics.json is not as it must be:\n${z.prettifyError(parsed.error)}`]);
}

const refusalOf = (source: string, faults: readonly string[]): Refusal =>
  new Refusal(
    'invalid',
    `${source} was not imported. ${faults.join(' ')}`,
    faults.map((message) => ({ path: source, message })),
  );
