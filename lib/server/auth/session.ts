import { roleSchema } from '@/lib/contract/roles.ts';
import { getDb } from '../db/connection.ts';
import { findPerson } from '../repo/people.ts';
import type { Actor } from './actor.ts';
import { getAuth } from './auth.ts';

/** The person whose session cookie this request carries; null where none holds. */
export async function identify({ headers }: Pick<Request, 'headers'>): Promise<Actor | null> {
  const session = await getAuth().api.getSession({ headers });
  if (!session) return null;
  // The role is read anew each time: one taken away must not outlive its session.
  const person = await findPerson(getDb(), session.user.id);
  if (!person || person.disabled) return null;
  return { kind: 'person', id: person.id, name: person.name, role: roleSchema.parse(person.role) };
}
