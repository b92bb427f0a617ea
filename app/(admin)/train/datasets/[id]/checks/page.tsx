import type { Metadata } from 'next';
import { DatasetChecks } from '@/components/train/dataset/checks/dataset-checks.tsx';

export const metadata: Metadata = { title: 'Checks of a dataset' };

export default function Page() {
  return <DatasetChecks />;
}
