import type { ReactNode } from 'react';
import { Shell } from '@/components/shell/shell.tsx';
import { pageActor } from '@/lib/server/auth/page.ts';

export default async function WorkLayout({ children }: { children: ReactNode }) {
  const { id, name, role } = await pageActor('analyst');
  return <Shell person={{ id, name, role }}>{children}</Shell>;
}
