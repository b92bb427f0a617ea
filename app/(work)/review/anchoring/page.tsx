import type { Metadata } from 'next';
import { AnchoringPage } from '@/components/review/anchoring-page.tsx';

export const metadata: Metadata = { title: 'Anchoring' };

export default function Page() {
  return <AnchoringPage />;
}
