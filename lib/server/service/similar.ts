import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import type { SimilarWindow } from '@/lib/contract/similar.ts';
import { rankHighest } from '@/lib/core/selection/rank.ts';
import { nearestCosines } from '@/lib/core/selection/similarity.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb, getPool } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { findChampions } from '../repo/alias.ts';
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
import { type SelectionModel, selectionModel } from './selection-model.ts';
import { sharesBars } from './shares-bars.ts';

/**
 * A label given a moment ago may be missing for so long. Reading them all costs about 10 µs a label, and choosing the
 * model counts all predictions: neither is for every answer that somebody gives.
 */
const FRESH_MS = 30_000;

/** Whose embeddings are compared, and what with. */
interface Comparison {
  readonly model: SelectionModel;
  readonly labelled: LabelledWindows;
}

let known: { championId: number; until: number; comparison: Promise<Comparison | null> } | null = null;

/** Null before the first promotion. */
async function findComparison(): Promise<Comparison | null> {
  const [champion] = await findChampions(getDb());
  if (!champion) return null;
  const now = Date.now();
  if (known?.championId === champion.id && now < known.until) return known.comparison;
  const comparison = readComparison();
  known = { championId: champion.id, until: now + FRESH_MS, comparison };
  comparison.catch(() => {
    if (known?.comparison === comparison) known = null;
  });
  return comparison;
}

async function readComparison(): Promise<Comparison | null> {
  const model = await selectionModel();
  return model && { model, labelled: await readLabelledWindows(model.id) };
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
  const comparison = await findComparison();
  if (!comparison) return { version: null, windows: [], empty: 'No model has been promoted yet.' };
  const { model, labelled } = comparison;
  const version = model.name;
  const predicted = await findPredicted(model.id, id);
  if (!predicted)
    return { version, windows: [], empty: `${version} has not predicted this window on the server yet.` };
  const { windows, embeddings } = labelled;
  const likeness = nearestCosines(embeddings, predicted.embedding, EMBEDDING_SIZE);
  const chosen: { window: LabelledWindow; likeness: number }[] = [];
  for (const i of rankHighest(likeness)) {
    if (chosen.length === count) break;
    const window = windows[i];
    if (showsAfter(window, span) || chosen.some((other) => sharesBars(other.window, window))) continue;
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
