import { endOfTime, endText, parseTime, timeText } from '@/components/explore/parse-time.ts';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { type DatasetPolicy, datasetPolicySchema } from '@/lib/contract/dataset.ts';
import type { z } from '@/lib/contract/zod.ts';

/** A policy's form as its fields hold it: shares in percent, times as text, an empty number as an empty string. */
export interface PolicyValues {
  name: string;
  sources: DatasetPolicy['sources'];
  /** The id of a round; empty takes no pseudo-labels. */
  pseudoRound: string;
  ruleSetNumber: string;
  symbols: string[];
  timeframes: string[];
  /** `2025-03-14` or `2025-03-14 07:00`, UTC; both included, a day wholly. */
  from: string;
  to: string;
  cutBy: 'share' | 'date';
  validationPercent: number | string;
  testPercent: number | string;
  validationFrom: string;
  testFrom: string;
  unseenSymbols: string[];
  capPerClass: number | string;
  classCaps: Record<ClassId, number | string>;
  seed: number | string;
}

const perClass = <T>(value: (id: ClassId) => T) =>
  Object.fromEntries(CLASS_IDS.map((id) => [id, value(id)])) as Record<ClassId, T>;
const percent = (share: number) => Math.round(share * 1000) / 10;

export const NEW_POLICY: PolicyValues = {
  name: '',
  sources: 'record',
  pseudoRound: '',
  ruleSetNumber: '1',
  symbols: [],
  timeframes: [],
  from: '',
  to: '',
  cutBy: 'share',
  validationPercent: 15,
  testPercent: 15,
  validationFrom: '',
  testFrom: '',
  unseenSymbols: [],
  capPerClass: '',
  classCaps: perClass(() => ''),
  seed: 1,
};

/** The form of a policy that was built already, to be built anew with a change. */
export function toValues(policy: DatasetPolicy): PolicyValues {
  const { cut, classCaps } = policy;
  return {
    name: policy.name,
    sources: policy.sources,
    pseudoRound: policy.pseudoRound === null ? '' : String(policy.pseudoRound),
    ruleSetNumber: String(policy.ruleSetNumber),
    symbols: policy.symbols ?? [],
    timeframes: policy.timeframes ?? [],
    from: policy.from === null ? '' : timeText(policy.from),
    to: policy.to === null ? '' : endText(policy.to),
    cutBy: cut ? 'date' : 'share',
    validationPercent: percent(policy.validationShare),
    testPercent: percent(policy.testShare),
    validationFrom: cut ? timeText(cut.validationFrom) : '',
    testFrom: cut ? timeText(cut.testFrom) : '',
    unseenSymbols: policy.unseenSymbols,
    capPerClass: policy.capPerClass ?? '',
    classCaps: perClass((id) => classCaps[id] ?? ''),
    seed: policy.seed,
  };
}

/** What the form asks for, in the contract's own terms. */
export function toPolicy(values: PolicyValues): z.input<typeof datasetPolicySchema> {
  const all = (chosen: readonly string[]) => (chosen.length === 0 ? null : [...chosen]);
  const time = (text: string, read = parseTime) => (text.trim() === '' ? null : (read(text) ?? Number.NaN));
  const caps = CLASS_IDS.filter((id) => values.classCaps[id] !== '');
  return {
    name: values.name,
    sources: values.sources,
    pseudoRound: values.pseudoRound === '' ? null : Number(values.pseudoRound),
    ruleSetNumber: Number(values.ruleSetNumber),
    symbols: all(values.symbols),
    timeframes: all(values.timeframes),
    from: time(values.from),
    to: time(values.to, endOfTime),
    validationShare: Number(values.validationPercent) / 100,
    testShare: Number(values.testPercent) / 100,
    cut:
      values.cutBy === 'share'
        ? null
        : {
            validationFrom: time(values.validationFrom) ?? Number.NaN,
            testFrom: time(values.testFrom) ?? Number.NaN,
          },
    unseenSymbols: values.unseenSymbols,
    capPerClass: values.capPerClass === '' ? null : Number(values.capPerClass),
    classCaps: Object.fromEntries(caps.map((id) => [id, Number(values.classCaps[id])])),
    seed: Number(values.seed),
  };
}

const FIELDS: Readonly<Record<string, string>> = {
  validationShare: 'validationPercent',
  testShare: 'testPercent',
  'cut.validationFrom': 'validationFrom',
  'cut.testFrom': 'testFrom',
};
const SENTENCES: Readonly<Record<string, string>> = {
  name: 'Give it a name of at most 80 characters',
  from: 'A time, such as 2025-03-14 or 2025-03-14 07:00',
  to: 'A time, not before the first one',
  validationPercent: '5 to 40 %',
  testPercent: '5 to 40 %',
  validationFrom: 'A day, such as 2025-03-14',
  testFrom: 'A day after the one that validation begins on',
  capPerClass: 'A whole number from 1 on, or nothing',
  seed: 'A whole number from 0 on',
};

/** What the contract would refuse, by the form's field. */
export function problemsOf(values: PolicyValues): Record<string, string> {
  const parsed = datasetPolicySchema.safeParse(toPolicy(values));
  const problems: Record<string, string> = {};
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = path.join('.');
    const field = FIELDS[name] ?? name;
    const words = field.startsWith('classCaps.') ? 'A whole number, or nothing' : SENTENCES[field];
    problems[field] ??= words ?? message;
  }
  const onlyUnseen =
    values.symbols.length > 0 && values.symbols.every((symbol) => values.unseenSymbols.includes(symbol));
  if (onlyUnseen) problems.unseenSymbols ??= 'All chosen series are kept aside: nothing is left to train on';
  return problems;
}

/** What is to be counted, name or no name; null while the contract would refuse the rest. */
export function countable(values: PolicyValues): DatasetPolicy | null {
  const parsed = datasetPolicySchema.safeParse({ ...toPolicy(values), name: 'not named yet' });
  return parsed.success ? parsed.data : null;
}
