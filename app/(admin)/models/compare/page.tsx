import type { Metadata } from 'next';
import { ComparePage } from '@/components/models/compare/compare-page.tsx';

export const metadata: Metadata = { title: 'Compare versions' };

export default function Page() {
  return <ComparePage />;
}
