import Link from 'next/link';
import type { ReactNode } from 'react';
import { ImportReportView } from '@/components/data/import-report.tsx';
import { Facts } from '@/components/figure/facts.tsx';
import { formatCount } from '@/components/figure/format.ts';
import { importReportSchema } from '@/lib/contract/data.ts';
import type { Job } from '@/lib/contract/jobs.ts';
import { VERSION_PATTERN } from '@/lib/contract/models.ts';
import { resultFacts } from './job-words.ts';

/** What a job made, by its kind. */
export function JobResult({ job }: { job: Job }) {
  if (job.kind === 'import') {
    const report = importReportSchema.safeParse(job.result);
    if (report.success) return <ImportReportView report={report.data} />;
  }
  const facts = resultFacts(job.result).map(([name, value]): [string, ReactNode] => [
    name,
    shown(name, value),
  ]);
  return facts.length > 0 ? <Facts items={facts} /> : null;
}

function shown(name: string, value: string | number): ReactNode {
  if (name === 'Dataset id') return <Link href={`/train/datasets/${value}`}>{value}</Link>;
  if (typeof value === 'number') return formatCount(value);
  return VERSION_PATTERN.test(value) ? <Link href={`/models/${value}`}>{value}</Link> : value;
}
