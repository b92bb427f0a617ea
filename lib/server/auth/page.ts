import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import type { Actor } from './actor.ts';
import { identify } from './session.ts';

/** Who looks at this page; sends others to sign in, and shows those without the role that there is no such page. */
export async function pageActor(needed: Role): Promise<Actor> {
  const actor = await identify({ headers: await headers() });
  if (!actor) redirect('/sign-in');
  if (!holdsRole(actor.role, needed)) notFound();
  return actor;
}
