import { getDb } from '../db/connection.ts';
import { findChampions } from '../repo/alias.ts';
import { countPredicted } from '../repo/prediction.ts';

/** The model whose predictions queues are filled by. */
export interface SelectionModel {
  readonly id: number;
  readonly name: string;
  /** The champion: another one while that has not predicted as many windows as the one before it. */
  readonly champion: string;
}

/** Null before the first promotion. */
export async function selectionModel(): Promise<SelectionModel | null> {
  const [champion, former] = await findChampions(getDb());
  if (!champion) return null;
  if (!former) return { id: champion.id, name: champion.name, champion: champion.name };
  const { by } = await countPredicted([champion.id, former.id]);
  const isBehind = (by.get(champion.id) ?? 0) < (by.get(former.id) ?? 0);
  const { id, name } = isBehind ? former : champion;
  return { id, name, champion: champion.name };
}
