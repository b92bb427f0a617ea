import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CLASS_COUNT, CLASS_IDS, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import type { JobPayload } from '@/lib/contract/job-payload.ts';
import { voteSchema } from '@/lib/contract/label.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { closeness } from '@/lib/core/rule/closeness.ts';
import { RULE_IDS } from '@/lib/core/rule/rule-set.ts';
import { rankHighest } from '@/lib/core/selection/rank.ts';
import { fuseRankings } from '@/lib/core/selection/rank-fusion.ts';
import { nearestCosines } from '@/lib/core/selection/similarity.ts';
import { Refusal } from '../error.ts';
import type { JobContext } from '../jobs/job.ts';
import { findPredicted, readLabelledEmbeddings, streamUnlabelled } from '../repo/prediction.ts';
import type { NamedWindow } from '../repo/queue-fill.ts';
import { listNearVotes } from '../repo/weak-vote.ts';
import { selectionModel } from './selection-model.ts';
import { sharesBars } from './shares-bars.ts';

/** Windows read and compared at a time: about a tenth of a second of work. */
const PAGE = 2_000;
/** Accepted labels that windows are compared with: 100,000 windows take about 4 s. */
const EXAMPLES = 512;

type Search = Exclude<JobPayload<'order'>['search'], { by: 'filter' }>;
type Watch = Pick<JobContext<unknown>, 'signal' | 'progress' | 'log'>;

/** What a search finds, best first. @param ruleSetNumber whose votes are asked */
export async function findWindows(
  search: Search,
  ruleSetNumber: number,
  watch: Watch,
): Promise<NamedWindow[]> {
  const found =
    search.by === 'class' ? await mine(search, ruleSetNumber, watch) : await findAlike(search, watch);
  watch.log(`${found.length} windows found`);
  return found;
}

/**
 * Unlabelled windows that are likely of a class. Each window has three ranks: by the model's probability of the class, by
 * its cosine to the nearest accepted label of the class, and by how near the class's rule is to firing (closeness.ts).
 * Its score is the sum over those that it has of 1 / (60 + rank).
 */
async function mine(
  { class: wanted, count }: Extract<Search, { by: 'class' }>,
  ruleSetNumber: number,
  watch: Watch,
): Promise<NamedWindow[]> {
  const model = await selectionModel();
  const ids: string[] = [];
  const rows = new Map<string, number>();
  const rowOf = (id: string) => {
    const known = rows.get(id);
    if (known !== undefined) return known;
    rows.set(id, ids.length);
    return ids.push(id) - 1;
  };
  const likely: number[] = [];
  const alike: number[] = [];
  if (model) {
    const examples = await readLabelledEmbeddings(model.id, wanted, EXAMPLES);
    for await (const { windows, probabilities, embeddings } of streamUnlabelled(model.id, PAGE)) {
      const cosines = examples.length > 0 ? nearestCosines(embeddings, examples, EMBEDDING_SIZE) : null;
      for (const [i, { id }] of windows.entries()) {
        const row = rowOf(id);
        likely[row] = probabilities[i * CLASS_COUNT + classIndex(wanted)];
        if (cosines) alike[row] = cosines[i];
      }
      await breathe(watch, `${ids.length} windows compared`);
    }
  }
  const near: number[] = [];
  for await (const { windowId, closeness: value } of streamCloseness(wanted, ruleSetNumber, watch))
    near[rowOf(windowId)] = value;
  const rankings = [likely, alike, near].map((values) =>
    rankHighest(Array.from(ids, (_, row) => values[row] ?? Number.NaN)),
  );
  const scores = fuseRankings(rankings, ids.length);
  return [...rankHighest(scores)]
    .slice(0, count)
    .map((row) => ({ windowId: ids[row], suggestedClass: wanted, placedBy: 'mined' }));
}

const storedVote = voteSchema.pick({ state: true, conditions: true });

/** How near the rule of a class is to firing on each window where it fires or nearly does; nothing for `none`. */
async function* streamCloseness(
  wanted: ClassId,
  ruleSetNumber: number,
  watch: Watch,
): AsyncGenerator<{ windowId: string; closeness: number }> {
  const rule = RULE_IDS.find((id) => id === wanted);
  if (!rule) return;
  for (let after: string | null = null; ; ) {
    const page = await listNearVotes(ruleSetNumber, rule, after, PAGE);
    for (const { windowId, vote } of page) yield { windowId, closeness: closeness(storedVote.parse(vote)) };
    if (page.length < PAGE) return;
    after = page[page.length - 1].windowId;
    await breathe(watch, 'asking the rules');
  }
}

/**
 * The unlabelled windows whose embeddings have the highest cosine with a window's, without those that share bars with it.
 * They are suggested to be what it is: by its label of record, else by the model.
 * @throws Refusal `conflict` where there is no model, or it has not predicted the window
 */
async function findAlike(
  { windowId, count }: Extract<Search, { by: 'likeness' }>,
  watch: Watch,
): Promise<NamedWindow[]> {
  const model = await selectionModel();
  const one = model && (await findPredicted(model.id, windowId));
  if (!model || !one) throw new Refusal('conflict', 'The model has no prediction of this window any more.');
  let best: { id: string; cosine: number }[] = [];
  let compared = 0;
  for await (const { windows, embeddings } of streamUnlabelled(model.id, PAGE)) {
    const cosines = nearestCosines(embeddings, one.embedding, EMBEDDING_SIZE);
    for (const [i, { id, seriesId, ts }] of windows.entries()) {
      if (!sharesBars(one, { seriesId, ts })) best.push({ id, cosine: cosines[i] });
    }
    best = best.sort((a, b) => b.cosine - a.cosine || (a.id < b.id ? -1 : 1)).slice(0, count);
    compared += windows.length;
    await breathe(watch, `${compared} windows compared`);
  }
  const suggestedClass = one.label ?? CLASS_IDS[one.probabilities.indexOf(Math.max(...one.probabilities))];
  return best.map(({ id }) => ({ windowId: id, suggestedClass, placedBy: 'similar' }));
}

async function breathe({ signal, progress }: Watch, message: string): Promise<void> {
  progress(null, message);
  await yieldToOthers();
  signal.throwIfAborted();
}
