import type { Metadata } from 'next';
import { ExplorePage } from '@/components/explore/explore-page.tsx';
import { pageActor } from '@/lib/server/auth/page.ts';

export const metadata: Metadata = { title: 'Explore' };

export default async function Page() {
  const { id, role } = await pageActor('analyst');
  return <ExplorePage person={{ id, role }} />;
}
