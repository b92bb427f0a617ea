import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import type { SimilarWindow } from '@/lib/contract/similar.ts';
import { rankHighest } from '@/lib/core/selection/rank.ts';
import { nearestCosines } from '@/lib/core/selection/similarity.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getPool } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { findSpan, type Span } from '../repo/annotation.ts';
import {
  holdsBlind,
  type LabelledWindow,
  type LabelledWindows,
  readLabelledWindows,
} from '../repo/labelled-window.ts';
import { findPredicted } from '../repo/prediction.ts';
import { findNamedWindows } from '../repo/window.ts';
import { snapshotColumns } from './label-item.ts';
import { selectionModel } from './selection-model.ts';

/** A label given a moment ago may be missing for so long: reading them all costs about 10 µs a label. */
const FRESH_MS = 30_000;

let known: { versionId: number; until: number; labelled: Promise<LabelledWindows> } | null = null;

function labelledBy(versionId: number): Promise<LabelledWindows> {
  const now = Date.now();
  if (known?.versionId === versionId && now < known.until) return known.labelled;
  const labelled = readLabelledWindows(versionId);
  known = { versionId, until: now + FRESH_MS, labelled };
  labelled.catch(() => {
    if (known?.labelled === labelled) known = null;
  });
  return labelled;
}

/**
 * The labelled windows that the model finds most alike to one, by the cosine of its embeddings. Costs 64
 * multiplications a labelled window.
 * @throws Refusal `not_found`; `conflict` before a blind window is answered
 */
export async function similarWindows(
  actor: Actor,
  { id, count }: { id: string; count: number },
): Promise<{ version: string | null; windows: SimilarWindow[]; empty: string | null }> {
  requireRole(actor, 'analyst');
  const span = await findSpan(getPool(), id);
  if (!span) throw notFound(`window ${id}`);
  if (await holdsBlind(actor.id, id))
    throw new Refusal('conflict', 'This window is blind: it is compared once you have answered.');
  const model = await selectionModel();
  if (!model) return { version: null, windows: [], empty: 'No model has been promoted yet.' };
  const version = model.name;
  const predicted = await findPredicted(model.id, id);
  if (!predicted)
    return { version, windows: [], empty: `${version} has not predicted this window on the server yet.` };
  const { windows, embeddings } = await labelledBy(model.id);
  const likeness = nearestCosines(embeddings, predicted.embedding, EMBEDDING_SIZE);
  const chosen: { window: LabelledWindow; likeness: number }[] = [];
  for (const i of rankHighest(likeness)) {
    if (chosen.length === count) break;
    const window = windows[i];
    if (showsAfter(window, span) || chosen.some((other) => overlap(other.window, window))) continue;
    chosen.push({ window, likeness: likeness[i] });
  }
  const named = await findNamedWindows(chosen.map(({ window }) => window.id));
  return {
    version,
    windows: chosen.flatMap(({ window, likeness }) => {
      const row = named.get(window.id);
      if (!row) return [];
      const { series, ts } = row;
      return [
        { windowId: window.id, series, ts, label: window.label, likeness, snapshot: snapshotColumns(row) },
      ];
    }),
    empty: chosen.length === 0 ? 'No labelled window can be compared yet.' : null,
  };
}

/** Whether a window is the other itself, or of its series and later: its bars would tell what came after. */
const showsAfter = (window: Span, other: Span) => window.seriesId === other.seriesId && window.ts >= other.ts;

const overlap = (a: Span, b: Span) => a.seriesId === b.seriesId && a.ts < b.clearFrom && b.ts < a.clearFrom;
