import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { VersionPage } from '@/components/models/version-page.tsx';
import { versionNameSchema } from '@/lib/contract/models.ts';

interface PageProps {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: (await params).name };
}

export default async function Page({ params }: PageProps) {
  const name = versionNameSchema.safeParse((await params).name);
  if (!name.success) notFound();
  return <VersionPage name={name.data} />;
}
