'use client';

import { Button } from '@mantine/core';
import Link from 'next/link';
import { parseAsString, useQueryState } from 'nuqs';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { useComparedRuns } from '../use-train.ts';
import { CompareCurves } from './compare-curves.tsx';
import { CompareDifferences } from './compare-differences.tsx';
import { CompareFigures } from './compare-figures.tsx';
import classes from './compare-page.module.css';

/** Runs side by side: what they were told differently, how they went, and what came of them. The address says which. */
export function ComparePage() {
  const [chosen] = useQueryState('runs', parseAsString.withDefault(''));
  const { data, error, isLoading, refetch } = useComparedRuns(chosen);
  return (
    <div className={classes.page}>
      <TopBar>
        <Link href="/train">All runs</Link>
        <span>Compare runs {chosen.split(',').join(', ')}</span>
      </TopBar>
      <Problem error={error} onRetry={refetch} />
      {chosen === '' ? (
        <EmptyNote text="Two to five runs can be laid side by side: tick them in the list of runs.">
          <Button component={Link} href="/train">
            Choose runs
          </Button>
        </EmptyNote>
      ) : null}
      {isLoading ? <LoadingBlock height={480} /> : null}
      {data ? (
        <>
          <CompareDifferences runs={data.runs} />
          <CompareCurves runs={data.runs} />
          <CompareFigures runs={data.runs} />
        </>
      ) : null}
    </div>
  );
}
