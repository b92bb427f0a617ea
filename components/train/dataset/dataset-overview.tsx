'use client';

import { CountsTable } from './counts-table.tsx';
import classes from './dataset.module.css';
import { DatasetFacts } from './dataset-facts.tsx';
import { useShownDataset } from './dataset-frame.tsx';
import { LeftOut } from './left-out.tsx';
import { Notes } from './notes.tsx';

/** What a dataset holds, what it was built from and what did not come in. */
export function DatasetOverview() {
  const dataset = useShownDataset();
  const { summary } = dataset;
  return (
    <div className={classes.overview}>
      <section aria-label="Rows">
        <CountsTable counts={summary} />
        <Notes notes={summary.notes} />
      </section>
      <section aria-label="Made of">
        <DatasetFacts dataset={dataset} />
        <LeftOut leftOut={summary.leftOut} />
      </section>
    </div>
  );
}
