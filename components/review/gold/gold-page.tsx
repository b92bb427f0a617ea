'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Gold } from '@/lib/contract/gold.ts';
import review from '../review.module.css';
import { CatchRates } from './catch-rates.tsx';
import { FreezeDialog } from './freeze-dialog.tsx';
import classes from './gold.module.css';
import { PeopleOnGold } from './people-on-gold.tsx';
import { Versions } from './versions.tsx';

/** The windows that people and models are measured on, and how people do on them. */
export function GoldPage() {
  const { data, error, refetch } = useQuery({
    queryKey: keys.gold,
    queryFn: ({ signal }) => call(api.getGold, { signal }),
  });
  const [freezing, setFreezing] = useState(false);
  return (
    <section className={review.section} aria-label="Gold">
      <div className={review.head}>
        <h2>Gold</h2>
        {data && !isEmpty(data) ? (
          <Button className={classes.act} onClick={() => setFreezing(true)}>
            Freeze a version
          </Button>
        ) : null}
      </div>
      <p className={review.summary}>
        Windows whose class is beyond doubt. People meet them unknowingly among others, models are measured on
        them, and nothing near them is trained on. A mark counts from the next frozen version on.
      </p>
      <Problem error={error} onRetry={refetch} />
      {data ? <Report gold={data} /> : error ? null : <LoadingRows rows={6} />}
      <CatchRates />
      {freezing && data ? <FreezeDialog gold={data} onClose={() => setFreezing(false)} /> : null}
    </section>
  );
}

const isEmpty = ({ marked, versions }: Gold) => versions.length === 0 && Object.keys(marked).length === 0;

function Report({ gold }: { gold: Gold }) {
  if (isEmpty(gold)) {
    return (
      <EmptyNote
        text={
          <>
            No window is marked as gold yet. On the Label page <KeyHint keys="M" /> marks the window that you
            answered last.
          </>
        }
      >
        <Button component={Link} href="/label">
          Label
        </Button>
      </EmptyNote>
    );
  }
  return (
    <>
      <Versions gold={gold} />
      <PeopleOnGold people={gold.people} />
    </>
  );
}
