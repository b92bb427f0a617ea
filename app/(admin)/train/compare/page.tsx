import type { Metadata } from 'next';
import { ComparePage } from '@/components/train/compare/compare-page.tsx';

export const metadata: Metadata = { title: 'Compare runs' };

export default function Page() {
  return <ComparePage />;
}
