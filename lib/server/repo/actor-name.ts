import type { DbOrTx } from '../db/connection.ts';

/**
 * What people call those who did something.
 * @param actors ids of people, or what programs and the command line are called
 * @returns by id; who is no person keeps it
 */
export async function namesOf(db: DbOrTx, actors: readonly string[]): Promise<(actor: string) => string> {
  const people = await db.user.findMany({
    where: { id: { in: [...new Set(actors)] } },
    select: { id: true, name: true },
  });
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return (actor) => names.get(actor) ?? actor;
}
