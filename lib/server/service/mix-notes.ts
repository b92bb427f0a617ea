import type { QueueFilter } from '@/lib/contract/queue.ts';
import { type Mix, MODEL_STRATEGIES, STRATEGIES } from '@/lib/core/selection/strategy.ts';
import type { SelectionModel } from './selection-model.ts';

interface Situation {
  readonly filter: QueueFilter;
  readonly mix: Mix;
  readonly model: SelectionModel | null;
  /** Windows that the filter takes, and those of them that the model has predicted. */
  readonly total: number;
  readonly predicted: number;
}

/** Whether a queue's order depends on a model. */
export function needsModel({
  filter,
  mix,
}: {
  readonly filter: QueueFilter | null;
  readonly mix: Mix;
}): boolean {
  return filter !== null && (filter.disagrees || MODEL_STRATEGIES.some((strategy) => mix[strategy] > 0));
}

/** What a mix has to do without, a sentence each. */
export function mixNotes({ filter, mix, model, total, predicted }: Situation): string[] {
  const readers = MODEL_STRATEGIES.filter((strategy) => mix[strategy] > 0);
  const share = readers.reduce((sum, strategy) => sum + mix[strategy], 0);
  const who = inWords(readers);
  const notes: string[] = [];
  if (!model) {
    if (filter.disagrees)
      notes.push('Only windows on which model and rules disagree are wanted, and no model is champion yet.');
    if (readers.length === 0) return notes;
    const onlyThese = STRATEGIES.every(
      (strategy) => mix[strategy] === 0 || readers.some((one) => one === strategy),
    );
    notes.push(
      `${capital(who)} ${readers.length > 1 ? 'read' : 'reads'} a model’s predictions, and no model is champion yet: ${
        onlyThese
          ? 'the queue stays empty until one is'
          : `the other strategies get ${percent(share)} of the places more`
      }.`,
    );
    return notes;
  }
  if (readers.length === 0 && !filter.disagrees) return notes;
  if (model.name !== model.champion)
    notes.push(`${model.champion} is still predicting; until it has caught up, ${model.name} is asked.`);
  if (predicted < total && readers.length > 0)
    notes.push(
      `${model.name} has not predicted ${count(total - predicted)} of the ${count(total)} windows; ${who} ${
        readers.length > 1 ? 'leave' : 'leaves'
      } them out.`,
    );
  return notes;
}

const count = (value: number) => value.toLocaleString('en-US');
const percent = (share: number) => `${Math.round(share * 100)} %`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const inWords = (names: readonly string[]) =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}` : names.join();
