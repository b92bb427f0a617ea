import type { Metadata } from 'next';
import { SetupForm } from '@/components/people/setup-form.tsx';
import { Message } from '@/components/shell/message.tsx';
import { isSetupOpen } from '@/lib/server/service/people.ts';

export const metadata: Metadata = { title: 'First admin' };

/** Opening the link only looks whether its secret still holds; the form spends it. */
export default async function Page({
  searchParams,
}: {
  searchParams: Promise<{ secret?: string | string[] }>;
}) {
  const { secret } = await searchParams;
  if (typeof secret === 'string' && (await isSetupOpen(secret))) return <SetupForm secret={secret} />;
  return (
    <Message
      title="This link has been used or replaced"
      text="It works once, for the first admin. If nobody has an account yet, start Halyard again: it prints a new link."
      link={{ href: '/sign-in', text: 'Sign in' }}
    />
  );
}
