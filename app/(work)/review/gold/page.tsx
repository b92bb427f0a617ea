import type { Metadata } from 'next';
import { GoldPage } from '@/components/review/gold/gold-page.tsx';

export const metadata: Metadata = { title: 'Gold' };

export default function Page() {
  return <GoldPage />;
}
