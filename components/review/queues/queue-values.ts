import { endOfTime, endText, parseTime, timeText } from '@/components/explore/parse-time.ts';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import {
  type ManagedQueue,
  newQueueSchema,
  type QueueFilter,
  type QueuePurpose,
  type WEAK_KINDS,
} from '@/lib/contract/queue.ts';
import type { z } from '@/lib/contract/zod.ts';
import { type Mix, STRATEGIES } from '@/lib/core/selection/strategy.ts';

/** A queue's form as its fields hold it: shares in per cent, times as text, an empty number as an empty string. */
export interface QueueValues {
  name: string;
  purpose: QueuePurpose;
  ruleSetNumber: string;
  /** Whether it takes windows by itself. */
  takes: 'filter' | 'hand';
  classes: ClassId[];
  kinds: (typeof WEAK_KINDS)[number][];
  symbols: string[];
  timeframes: string[];
  /** `2025-03-14` or `2025-03-14 07:00`, UTC; both included, a day wholly. */
  from: string;
  to: string;
  labelled: QueueFilter['labelled'];
  disagrees: boolean;
  mix: Record<keyof Mix, number | string>;
  overlap: number | string;
  agreement: number | string;
  blindShare: number | string;
  targets: Record<ClassId, number | string>;
  goldShare: number | string;
  feedback: boolean;
  catchFloor: number | string;
}

const perClass = <T>(value: (id: ClassId) => T) =>
  Object.fromEntries(CLASS_IDS.map((id) => [id, value(id)])) as Record<ClassId, T>;
const percent = (share: number) => Math.round(share * 1000) / 10;

const NEW_QUEUE: QueueValues = {
  name: '',
  purpose: 'seed',
  ruleSetNumber: '1',
  takes: 'filter',
  classes: [],
  kinds: ['event', 'near_miss', 'sampled_none'],
  symbols: [],
  timeframes: [],
  from: '',
  to: '',
  labelled: 'no',
  disagrees: false,
  mix: { deficit: 100, uncertainty: 0, disagreement: 0, diversity: 0, drift: 0, random: 0 },
  overlap: 1,
  agreement: 66.7,
  blindShare: 0,
  targets: perClass(() => ''),
  goldShare: 0,
  feedback: false,
  catchFloor: 80,
};

function filterValues(filter: QueueFilter): Partial<QueueValues> {
  const { classes, kinds, symbols, timeframes, from, to, labelled, disagrees } = filter;
  return {
    classes: classes ?? [],
    kinds,
    symbols: symbols ?? [],
    timeframes: timeframes ?? [],
    from: from === null ? '' : timeText(from),
    to: to === null ? '' : endText(to),
    labelled,
    disagrees,
  };
}

/** The form of a queue to be made, filled in with what somebody chose elsewhere. */
export function newValues(filter: QueueFilter | null, ruleSetNumber: number | null): QueueValues {
  return {
    ...NEW_QUEUE,
    ...(filter ? filterValues(filter) : {}),
    ...(ruleSetNumber === null ? {} : { ruleSetNumber: String(ruleSetNumber) }),
  };
}

/** The form of a queue that is there. */
export function toValues(queue: ManagedQueue): QueueValues {
  const { filter, mix } = queue;
  return {
    ...NEW_QUEUE,
    name: queue.name,
    purpose: queue.purpose,
    ruleSetNumber: String(queue.ruleSetNumber ?? 1),
    takes: filter ? 'filter' : 'hand',
    ...(filter ? filterValues(filter) : {}),
    mix: Object.fromEntries(STRATEGIES.map((one) => [one, percent(mix[one])])) as QueueValues['mix'],
    overlap: queue.overlap,
    agreement: percent(queue.agreement),
    blindShare: percent(queue.blindShare),
    targets: perClass((id) => queue.targets[id] || ''),
    goldShare: percent(queue.goldShare),
    feedback: queue.feedback,
    catchFloor: percent(queue.catchFloor),
  };
}

/** What the form asks for, in the contract's own terms. */
export function toQueue(values: QueueValues): z.input<typeof newQueueSchema> {
  const all = <T>(chosen: readonly T[]) => (chosen.length === 0 ? null : [...chosen]);
  return {
    name: values.name,
    purpose: values.purpose,
    ruleSetNumber: Number(values.ruleSetNumber),
    filter:
      values.takes === 'hand'
        ? null
        : {
            classes: all(values.classes),
            kinds: values.kinds,
            symbols: all(values.symbols),
            timeframes: all(values.timeframes),
            from: values.from === '' ? null : (parseTime(values.from) ?? Number.NaN),
            to: values.to === '' ? null : (endOfTime(values.to) ?? Number.NaN),
            labelled: values.labelled,
            disagrees: values.disagrees,
          },
    mix: Object.fromEntries(STRATEGIES.map((one) => [one, share(values.mix[one])])),
    overlap: Number(values.overlap),
    agreement: share(values.agreement),
    blindShare: share(values.blindShare),
    targets: perClass((id) => Number(values.targets[id])),
    goldShare: share(values.goldShare),
    feedback: values.feedback,
    catchFloor: share(values.catchFloor),
  };
}

/** Per cent as a share of 1, without what binary fractions add to it. */
const share = (value: number | string) => Math.round(Number(value) * 1e4) / 1e6;

const FIELDS: Readonly<Record<string, string>> = {
  'filter.classes': 'classes',
  'filter.kinds': 'kinds',
  'filter.symbols': 'symbols',
  'filter.timeframes': 'timeframes',
  'filter.from': 'from',
  'filter.to': 'to',
};
const SENTENCES: Readonly<Record<string, string>> = {
  name: 'Give it a name of at most 80 characters',
  kinds: 'Choose at least one',
  from: 'A time, such as 2025-03-14 or 2025-03-14 07:00',
  to: 'A time, not before the first one',
  overlap: 'A whole number from 1 to 50',
  agreement: 'Above 0 and at most 100 %',
  blindShare: '0 to 100 %',
  goldShare: '0 to 50 %',
  catchFloor: '0 to 100 %',
};

/** What the contract would refuse, by the form's field. */
export function problemsOf(values: QueueValues): Record<string, string> {
  const parsed = newQueueSchema.safeParse(toQueue(values));
  const problems: Record<string, string> = {};
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = path.join('.');
    const field = FIELDS[name] ?? name;
    const sum = STRATEGIES.reduce((total, one) => total + Number(values.mix[one]), 0);
    const words =
      field === 'mix' ? `The shares add up to ${sum} %; they must add up to 100 %` : SENTENCES[field];
    problems[field] ??= words ?? (field.startsWith('targets.') ? 'A whole number, or nothing' : message);
  }
  return problems;
}
