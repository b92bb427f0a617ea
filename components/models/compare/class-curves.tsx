import { SegmentedControl } from '@mantine/core';
import dynamic from 'next/dynamic';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { EmptyNote } from '@/components/figure/notice.tsx';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import type { MetricsBlock } from '@/lib/contract/models.ts';
import { curveRows } from '../precision-at.ts';

const HEIGHT = 240;
const STEPS = 100;
const LinePlot = dynamic(() => import('@/components/figure/line-plot.tsx'), {
  ssr: false,
  loading: () => <LoadingBlock height={HEIGHT + 14} />,
});
const readRecall = (recall: number) => `Recall ${recall.toFixed(2)}`;

interface ClassCurvesProps {
  first: string;
  second: string;
  own: MetricsBlock;
  other: MetricsBlock;
}

/** One class's precision over recall, of both versions in one plot; the second is dashed. */
export function ClassCurves({ first, second, own, other }: ClassCurvesProps) {
  const [id, choose] = useQueryState('class', parseAsStringLiteral(CLASS_IDS).withDefault('flag'));
  const [ofOwn, ofOther] = [own, other].map(
    (block) => block.per_class.find((entry) => entry.class === id)?.pr_curve ?? null,
  );
  const rows = useMemo(
    () => curveRows({ [first]: ofOwn, [second]: ofOther }, STEPS),
    [first, second, ofOwn, ofOther],
  );
  return (
    <>
      <SegmentedControl
        aria-label="Class"
        size="xs"
        value={id}
        data={CLASS_IDS.map((value) => ({ value, label: CLASS_FACTS[value].name }))}
        onChange={(value) => void choose(CLASS_IDS.find((one) => one === value) ?? null)}
      />
      {ofOwn && ofOther ? (
        <LinePlot
          label={`Precision over recall of ${CLASS_FACTS[id].name}, ${first} and ${second}`}
          rows={rows}
          x="recall"
          xDomain={[0, 1]}
          xTicks={[0, 0.25, 0.5, 0.75, 1]}
          yDomain={[0, 1]}
          stepped
          height={HEIGHT}
          xLabel="recall"
          readX={readRecall}
          lines={[
            { name: first, label: first, color: `var(--hy-class-${id})`, letter: '1' },
            { name: second, label: second, color: 'var(--hy-dim)', letter: '2', dashed: true },
          ]}
        />
      ) : (
        <EmptyNote text={`${CLASS_FACTS[id].name} has too few rows here for a curve.`} />
      )}
    </>
  );
}
