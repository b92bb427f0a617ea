import type { Metadata } from 'next';
import { DataPage } from '@/components/data/data-page.tsx';

export const metadata: Metadata = { title: 'Data' };

export default function Page() {
  return <DataPage />;
}
