import type { ReactNode } from 'react';
import { ReviewTabs } from '@/components/review/review-tabs.tsx';
import { pageActor } from '@/lib/server/auth/page.ts';

export default async function ReviewLayout({ children }: { children: ReactNode }) {
  await pageActor('reviewer');
  return (
    <>
      <ReviewTabs />
      {children}
    </>
  );
}
