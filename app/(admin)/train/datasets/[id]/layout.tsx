import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { DatasetFrame } from '@/components/train/dataset/dataset-frame.tsx';
import { numericIdParams } from '@/lib/contract/common.ts';

interface LayoutProps {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export default async function DatasetLayout({ params, children }: LayoutProps) {
  const parsed = numericIdParams.safeParse(await params);
  if (!parsed.success) notFound();
  return <DatasetFrame id={parsed.data.id}>{children}</DatasetFrame>;
}
