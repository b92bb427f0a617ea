import type { Metadata } from 'next';
import { QueuesPage } from '@/components/review/queues/queues-page.tsx';

export const metadata: Metadata = { title: 'Queues' };

export default function Page() {
  return <QueuesPage />;
}
