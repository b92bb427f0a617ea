import { Facts } from '@/components/figure/facts.tsx';
import { formatCount, formatDay, formatDuration, formatMoment } from '@/components/figure/format.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { Dataset, DatasetPolicy } from '@/lib/contract/dataset.ts';
import { SOURCES_WORDS } from './source-words.ts';

/** What a dataset was built from, where it was cut, and what it is called by. */
export function DatasetFacts({ dataset }: { dataset: Dataset }) {
  const { policy, summary } = dataset;
  const { validationFrom, testFrom, embargoMs } = summary.cutDates;
  return (
    <Facts
      items={[
        ['Labels', SOURCES_WORDS[policy.sources]],
        ...(policy.pseudoRound === null
          ? []
          : [['Pseudo-labels', `of round ${policy.pseudoRound}`] as const]),
        [
          'Series',
          [
            formatCount(summary.series),
            policy.symbols && `of ${policy.symbols.join(', ')}`,
            policy.timeframes?.join(', '),
          ]
            .filter(Boolean)
            .join(', '),
        ],
        ['Kept aside', policy.unseenSymbols.length > 0 ? policy.unseenSymbols.join(', ') : 'none'],
        [
          'Dates, UTC',
          `${policy.from === null ? 'the first' : formatDay(policy.from)} to ${policy.to === null ? 'the last' : formatDay(policy.to)}`,
        ],
        [
          'Cut, UTC',
          validationFrom >= testFrom
            ? 'nowhere'
            : `validation from ${formatDay(validationFrom)}, test from ${formatDay(testFrom)}, embargo ${formatDuration(embargoMs / 1000)}`,
        ],
        ['Rows a class', capWords(policy)],
        ['Rule set, seed', `#${policy.ruleSetNumber}, ${policy.seed}`],
        ['Hash', <code key="hash">{dataset.hash}</code>],
        ['Built', `${formatMoment(dataset.createdAt)} by ${dataset.createdBy}`],
      ]}
    />
  );
}

function capWords({ capPerClass, classCaps }: DatasetPolicy): string {
  const single = CLASS_IDS.flatMap((id) =>
    classCaps[id] === undefined
      ? []
      : [`${CLASS_FACTS[id].name.toLowerCase()} ${formatCount(classCaps[id])}`],
  );
  return [capPerClass === null ? 'all' : `at most ${formatCount(capPerClass)}`, ...single].join(', ');
}
