import type { Metadata } from 'next';
import { ServerAway } from '@/components/shell/server-away.tsx';

export const metadata: Metadata = { title: 'Server away' };

/** Kept in the browser beside the label page, and shown there in place of any other page while the server is away. */
export default function Page() {
  return <ServerAway />;
}
