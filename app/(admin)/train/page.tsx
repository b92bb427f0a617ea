import type { Metadata } from 'next';
import { TrainPage } from '@/components/train/train-page.tsx';

export const metadata: Metadata = { title: 'Train' };

export default function Page() {
  return <TrainPage />;
}
