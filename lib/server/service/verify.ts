import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GOLDEN_TOLERANCE, type GoldenPack, goldenPackSchema } from '@/lib/contract/golden.ts';
import { metricsSchema } from '@/lib/contract/metrics.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { Refusal } from '../error.ts';
import { auxApart, makeGoldenPack, outputsApart } from '../registry/golden-pack.ts';
import type { VersionRow } from '../repo/model.ts';
import { openModelSession } from '../serving/session.ts';
import { storage } from '../storage.ts';
import { modelFileOf, requireVersion } from './model.ts';

export interface Verification {
  readonly version: string;
  /** Golden windows that were held against the pack. */
  readonly windows: number;
  /** Furthest that any output lay from the pack's. */
  readonly furthest: number;
  /** What differs, a sentence each; empty where all is as it was when the version was registered. */
  readonly differences: readonly string[];
}

/**
 * Proves that this machine sees what the machine saw that registered a version: the golden windows are made, composed and
 * run again, and held against the pack beside the model.
 */
export async function verifyVersion(actor: Actor, { name }: { name: string }): Promise<Verification> {
  requireRole(actor, 'admin');
  const version = await requireVersion(name);
  const pack = await readPack(version);
  if (typeof pack === 'string') return { version: name, windows: 0, furthest: 0, differences: [pack] };
  const now = await packNow(version);
  if (typeof now === 'string') return { version: name, windows: 0, furthest: 0, differences: [now] };
  const differences: string[] = [];
  let furthest = 0;
  for (const [i, window] of pack.windows.entries()) {
    const again = now.windows[i];
    if (window.image_sha256 !== again.image_sha256 || !(auxApart(window, again) <= GOLDEN_TOLERANCE)) {
      differences.push(`Window ${i}: its image or auxiliary values are composed differently here.`);
      continue;
    }
    const apart = outputsApart(window, again);
    furthest = Math.max(furthest, apart);
    if (!(apart <= GOLDEN_TOLERANCE))
      differences.push(
        `Window ${i}: the same inputs give outputs that lie ${apart.toExponential(1)} apart; ${GOLDEN_TOLERANCE} is allowed.`,
      );
  }
  return { version: name, windows: pack.windows.length, furthest, differences };
}

/** The pack beside the model, or what is wrong with it in words. */
async function readPack(version: VersionRow): Promise<GoldenPack | string> {
  if (version.goldenSha256 === null)
    return `${version.name} has no golden pack: it was registered before packs were made.`;
  const key = `${version.storageKey}/golden.json`;
  if (!(await storage.exists(key))) return `The golden pack of ${version.name} is missing from storage.`;
  const bytes = await readFile(storage.path(key));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== version.goldenSha256)
    return `The golden pack of ${version.name} has SHA-256 ${sha256}, but ${version.goldenSha256} was registered: it has been damaged or replaced.`;
  return goldenPackSchema.parse(JSON.parse(bytes.toString('utf8')));
}

/** The pack as it would be made here and now, or why the model does not run, in words. */
async function packNow(version: VersionRow): Promise<GoldenPack | string> {
  try {
    const session = await openModelSession(modelFileOf(version), 1);
    try {
      return await makeGoldenPack(session, metricsSchema.parse(version.metrics).quantisation);
    } finally {
      await session.release();
    }
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
