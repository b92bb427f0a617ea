'use client';

import { Button } from '@mantine/core';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { createContext, type ReactNode, useContext } from 'react';
import { countOf } from '@/components/figure/format.ts';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { TopBar } from '@/components/shell/top-bar.tsx';
import type { Dataset } from '@/lib/contract/dataset.ts';
import classes from './dataset.module.css';
import { useDataset } from './use-dataset.ts';

/** The parts of a dataset's page; each is an address of its own. */
const PARTS = [
  { path: '', name: 'Overview' },
  { path: '/checks', name: 'Checks' },
] as const;

const DatasetContext = createContext<Dataset | null>(null);

/** The dataset whose page this is. */
export function useShownDataset(): Dataset {
  const dataset = useContext(DatasetContext);
  if (!dataset) throw new Error('useShownDataset: only below a DatasetFrame');
  return dataset;
}

/** What all parts of a dataset's page have in common: its name, what to do with it, the way to the others. */
export function DatasetFrame({ id, children }: { id: number; children: ReactNode }) {
  const { data, error, isPending, refetch } = useDataset(id);
  return (
    <div className={classes.page}>
      <TopBar>
        <Link href="/train">Train</Link>
        <span>Dataset {id}</span>
        {data ? <span>{data.name}</span> : null}
      </TopBar>
      <Problem error={error} onRetry={refetch} />
      {isPending ? <LoadingBlock height={480} /> : null}
      {data ? (
        <DatasetContext value={data}>
          <Head dataset={data} />
          {children}
        </DatasetContext>
      ) : null}
    </div>
  );
}

function Head({ dataset: { id, name, rows } }: { dataset: Dataset }) {
  const path = usePathname();
  const base = `/train/datasets/${id}`;
  return (
    <header className={classes.head}>
      <h2>{name}</h2>
      <span>{countOf(rows, 'row')}</span>
      <nav className={classes.parts} aria-label="Dataset">
        {PARTS.map((part) => (
          <Link
            key={part.path}
            href={`${base}${part.path}`}
            aria-current={path === `${base}${part.path}` ? 'page' : undefined}
          >
            {part.name}
          </Link>
        ))}
      </nav>
      <Button component={Link} href={`/train/datasets/new?like=${id}`} variant="default">
        Build anew with a change
      </Button>
      <Button component={Link} href={`/train?train=${id}`}>
        Train on it
      </Button>
    </header>
  );
}
