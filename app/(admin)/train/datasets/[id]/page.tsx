import type { Metadata } from 'next';
import { DatasetOverview } from '@/components/train/dataset/dataset-overview.tsx';

export const metadata: Metadata = { title: 'Dataset' };

export default function Page() {
  return <DatasetOverview />;
}
