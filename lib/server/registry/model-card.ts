import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Dataset } from '@/lib/contract/dataset.ts';
import type { Metrics } from '@/lib/contract/metrics.ts';
import type { ModelCard } from '@/lib/contract/model-card.ts';
import type { MetricsBlock } from '@/lib/contract/models.ts';

type Section = ModelCard['sections'][number];

/** What a card is made from. */
export interface CardInput {
  readonly name: string;
  readonly metrics: Metrics;
  /** Null for a model from outside. */
  readonly runId: number | null;
  /** Null where the dataset is not here. */
  readonly dataset: Pick<Dataset, 'name' | 'rows' | 'policy' | 'summary'> | null;
}

const SPLIT_WORDS = { test: 'Test', unseen: 'Unseen series', validation: 'Validation' } as const;

/** What a version is for, what it was made from, how well it does, and what it cannot. */
export function modelCard(input: CardInput): ModelCard {
  return {
    title: `Model card of ${input.name}`,
    sections: [use(), data(input), making(input), figures(input.metrics), limits(input)],
  };
}

function use(): Section {
  return {
    heading: 'Intended use',
    paragraphs: [
      `Says of a window of 64 bars whether it ends in a ${CLASS_IDS.slice(0, -1)
        .map((id) => CLASS_FACTS[id].name.toLowerCase())
        .join(
          ', ',
        )} or in none of them, and how high a flag's pole is. It helps people who label windows, looks through series for candidates, and compares windows by their embeddings.`,
      'It is no advice to trade: it says what a chart looks like up to its last bar, and nothing of what comes after.',
    ],
    facts: [],
  };
}

function data({ metrics, dataset, runId }: CardInput): Section {
  const heading = 'Data';
  const hash: [string, string] = ['Dataset hash', metrics.dataset_hash];
  if (!dataset) {
    const words = runId === null ? 'It was trained elsewhere' : 'Its dataset is no longer here';
    return {
      heading,
      paragraphs: [`${words}: what it was trained on is known by the hash alone.`],
      facts: [hash],
    };
  }
  const { summary, policy } = dataset;
  const day = (ts: number) => new Date(ts).toISOString().slice(0, 10);
  return {
    heading,
    paragraphs: summary.notes,
    facts: [
      ['Dataset', dataset.name],
      hash,
      ['Labels', `${policy.sources}, rule set ${policy.ruleSetNumber}`],
      ['Rows by source', words(summary.bySource)],
      ...Object.entries(summary.bySplit).map(([split, counts]): [string, string] => [
        `Rows, ${split}`,
        words(counts),
      ]),
      ['Series', String(summary.series)],
      ['Validation from', day(summary.cutDates.validationFrom)],
      ['Test from', day(summary.cutDates.testFrom)],
      ['Embargo', `${(summary.cutDates.embargoMs / 86_400_000).toFixed(1)} days`],
    ],
  };
}

const words = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

function making({ metrics, runId }: CardInput): Section {
  const plain = Object.entries(metrics.config).filter(
    ([, value]) => typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean',
  );
  return {
    heading: 'How it was made',
    paragraphs: [],
    facts: [
      ['Run', runId === null ? 'trained elsewhere' : String(runId)],
      ['Seed', String(metrics.seed)],
      ['Feature schema', String(metrics.feature_schema_ver)],
      ['Temperatures', metrics.temp_scaling.map((value) => value.toFixed(2)).join(', ')],
      ...plain.map(([name, value]): [string, string] => [name.replaceAll('_', ' '), String(value)]),
    ],
  };
}

function figures({ metrics }: Metrics): Section {
  const facts: [string, string][] = [];
  for (const split of ['test', 'unseen', 'validation'] as const) {
    for (const source of ['all', 'record'] as const) {
      const blocks = metrics[split]?.[source];
      if (!blocks || blocks.sampled.rows === 0) continue;
      const where = `${SPLIT_WORDS[split]}, ${source === 'all' ? 'all labels' : 'labels of record'}`;
      facts.push([`${where}, as sampled`, headline(blocks.sampled)]);
      facts.push([`${where}, natural prevalence`, headline(blocks.natural)]);
      if (split === 'test' && source === 'all')
        facts.push([`${where}: F1 by class`, byClass(blocks.sampled)]);
    }
  }
  return {
    heading: 'Figures',
    paragraphs:
      facts.length > 0
        ? ['With 95 % intervals by bootstrap over events, where they were taken.']
        : ['No figures came with it.'],
    facts,
  };
}

function headline(block: MetricsBlock): string {
  return [
    `macro-F1 ${figure(block.macro_f1, block.macro_f1_interval)}`,
    `ECE ${figure(block.ece, block.ece_interval)}`,
    `pole error ${figure(block.pole_mae, block.pole_mae_interval)} ATR`,
    `${block.rows} rows`,
  ].join(', ');
}

const byClass = (block: MetricsBlock): string =>
  block.per_class.map(({ class: id, f1 }) => `${id} ${figure(f1, null)}`).join(', ');

function figure(value: number | null | undefined, interval: readonly number[] | null | undefined): string {
  if (value === null || value === undefined) return 'not known';
  return interval
    ? `${value.toFixed(3)} (${interval.map((end) => end.toFixed(3)).join(' to ')})`
    : value.toFixed(3);
}

function limits({ dataset, metrics }: CardInput): Section {
  const weak = dataset ? (dataset.summary.bySource.weak ?? 0) : null;
  const record = metrics.metrics.test?.record?.sampled.rows ?? 0;
  return {
    heading: 'Limits',
    paragraphs: [
      ...(weak === null || weak > 0
        ? [
            "Agreement with weak labels is not truth: where rows carry the rules' labels, a high figure says that the network reads the rules off the image. Only labels that people confirmed judge it.",
          ]
        : []),
      record > 0
        ? `${record} test rows carry a label of record.`
        : 'No test row carries a label of record: nothing here says what people would make of its answers.',
      'At natural prevalence more than nine windows in ten are none: probabilities are calibrated for that, and most of what it finds at a low threshold is none.',
      'It was measured on the markets, timeframes and dates above. Elsewhere, in regimes of much higher volatility, and in the first bars of a series, it may do worse.',
      'A window needs 128 bars before it, or the stored state of its indicators; with less, what the model sees is not what it was trained on.',
    ],
    facts: [],
  };
}

/** The card as it lies beside the model. */
export function cardMarkdown({ title, sections }: ModelCard): string {
  const parts = sections.flatMap(({ heading, paragraphs, facts }) => [
    `## ${heading}`,
    ...paragraphs.map(inLine),
    ...(facts.length > 0
      ? [
          [
            '| | |',
            '|---|---|',
            ...facts.map(([name, value]) => `| ${inLine(name)} | ${inLine(value)} |`),
          ].join('\n'),
        ]
      : []),
  ]);
  return `${[`# ${inLine(title)}`, ...parts].join('\n\n')}\n`;
}

/** Names that people gave become no markup. */
const inLine = (text: string): string => text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
