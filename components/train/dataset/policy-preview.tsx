import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { countOf, formatCount, formatDay, formatDuration } from '@/components/figure/format.ts';
import { Notice, Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { type DatasetPreview, datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { CountsTable } from './counts-table.tsx';
import classes from './dataset.module.css';
import { LeftOut } from './left-out.tsx';
import { Notes } from './notes.tsx';
import { countable, type PolicyValues } from './policy-values.ts';

const TYPING_MS = 250;

/** What the policy as it stands in the form would build, counted by the server; the last count while a new one comes. */
export function PolicyPreview({ values }: { values: PolicyValues }) {
  const inForm = JSON.stringify(countable(values));
  const [asked] = useDebouncedValue(inForm, TYPING_MS);
  const policy = useMemo(() => datasetPolicySchema.nullable().parse(JSON.parse(asked)), [asked]);
  const { data, isPlaceholderData, isFetching, error, refetch } = useQuery({
    queryKey: keys.datasetPreview(asked),
    // The signal ends the count of a policy that is no longer asked about.
    queryFn: policy ? ({ signal }) => call(api.previewDataset, { body: policy, signal }) : skipToken,
    placeholderData: keepPreviousData,
  });
  const isOld = isPlaceholderData || policy === null || asked !== inForm;
  return (
    <section
      className={classes.preview}
      aria-label="What this would build"
      aria-busy={isFetching || asked !== inForm}
      data-old={isOld || undefined}
      data-testid="policy-preview"
    >
      <p className={classes.would} aria-live="polite">
        Would hold <strong>{formatCount(data?.rows)}</strong> of {formatCount(data?.windows)} stored windows
        {data ? `, of ${countOf(data.series, 'series', 'series')}` : ''}
      </p>
      <Problem error={error} onRetry={refetch} />
      {data?.refusal ? <Notice tone="warn" text={data.refusal} /> : null}
      <CountsTable counts={data} />
      <p className={classes.hint}>{data ? cutWords(data) : ' '}</p>
      {data ? (
        <>
          {data.refusal ? null : <Notes notes={data.notes} />}
          <LeftOut leftOut={data.leftOut} />
        </>
      ) : null}
    </section>
  );
}

/** Where time is cut, in words. */
function cutWords({ cutDates: { validationFrom, testFrom, embargoMs } }: DatasetPreview): string {
  if (validationFrom >= testFrom) return 'Time is not cut.';
  return `Validation from ${formatDay(validationFrom)}, test from ${formatDay(testFrom)}, ${formatDuration(embargoMs / 1000)} of embargo before each.`;
}
