import type { Metadata } from 'next';
import { NewDatasetPage } from '@/components/train/dataset/new-dataset-page.tsx';

export const metadata: Metadata = { title: 'New dataset' };

export default function Page() {
  return <NewDatasetPage />;
}
