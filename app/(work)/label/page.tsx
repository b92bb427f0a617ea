import type { Metadata } from 'next';
import { LabelPage } from '@/components/label/label-page.tsx';
import { pageActor } from '@/lib/server/auth/page.ts';

export const metadata: Metadata = { title: 'Label' };

export default async function Page() {
  const { id, role } = await pageActor('analyst');
  return <LabelPage person={{ id, role }} />;
}
