import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { RunPage } from '@/components/train/run-page.tsx';
import { numericIdParams } from '@/lib/contract/common.ts';

export const metadata: Metadata = { title: 'Run' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const parsed = numericIdParams.safeParse(await params);
  if (!parsed.success) notFound();
  return <RunPage id={parsed.data.id} />;
}
