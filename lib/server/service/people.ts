import { randomUUID } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import type { Person } from '@/lib/contract/people.ts';
import type { Role } from '@/lib/contract/roles.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { hashToken, matchesHash, newToken } from '../auth/token.ts';
import { getDb } from '../db/connection.ts';
import { notFound, Refusal } from '../error.ts';
import { writeAudit } from '../repo/audit.ts';
import {
  countEnabledAdmins,
  countPeople,
  findPerson,
  findPersonByEmail,
  findSetupSecret,
  insertPerson,
  listPeopleRows,
  type PersonRow,
  spendSetupSecret,
  updatePerson,
  writeSetupSecret,
} from '../repo/people.ts';

interface NewPerson {
  name: string;
  email: string;
  role: Role;
  password: string;
}

export async function whoAmI(actor: Actor): Promise<Person> {
  const person = await findPerson(getDb(), actor.id);
  if (!person) throw notFound(`account ${actor.id}`);
  return shape(person);
}

export async function listPeople(actor: Actor): Promise<Person[]> {
  requireRole(actor, 'admin');
  return (await listPeopleRows(getDb())).map(shape);
}

/** @throws Refusal `conflict` where the address is taken */
export async function addPerson(actor: Actor, input: NewPerson): Promise<Person> {
  requireRole(actor, 'admin');
  const passwordHash = await hashPassword(input.password);
  return getDb().$transaction(async (tx) => {
    if (await findPersonByEmail(tx, input.email))
      throw new Refusal('conflict', `${input.email} already has an account.`);
    const person = await insertPerson(tx, { ...input, id: randomUUID(), passwordHash });
    await writeAudit(tx, actor, 'person.add', person.id, { role: person.role });
    return shape(person);
  });
}

/** Changes a role or disables an account. The last enabled admin stays one: otherwise nobody could undo it. */
export async function changePerson(
  actor: Actor,
  { id, role, disabled }: { id: string; role?: Role | undefined; disabled?: boolean | undefined },
): Promise<Person> {
  requireRole(actor, 'admin');
  return getDb().$transaction(
    async (tx) => {
      if (!(await findPerson(tx, id))) throw notFound(`account ${id}`);
      const person = await updatePerson(tx, id, { role, disabled });
      if ((await countEnabledAdmins(tx)) === 0) {
        throw new Refusal('conflict', 'This is the last admin; make another one first.');
      }
      await writeAudit(tx, actor, 'person.change', id, { role: person.role, disabled: person.disabled });
      return shape(person);
    },
    { isolationLevel: 'Serializable' },
  );
}

/** A fresh one-time secret for the first admin, or null once anybody has an account. */
export async function makeSetupSecret(actor: Actor): Promise<string | null> {
  requireRole(actor, 'admin');
  if ((await countPeople(getDb())) > 0) return null;
  const secret = newToken();
  await writeSetupSecret(getDb(), hashToken(secret));
  return secret;
}

/** Whether a set-up link can still be used: nobody has an account, and its secret holds. Looking does not spend it. */
export async function isSetupOpen(secret: string): Promise<boolean> {
  const stored = await findSetupSecret(getDb());
  const holds = stored !== null && stored.usedAt === null && matchesHash(secret, stored.hash);
  return holds && (await countPeople(getDb())) === 0;
}

/**
 * Makes the first admin and spends the secret, both or neither.
 * @throws Refusal `forbidden` where the secret does not hold, or somebody has an account by now
 */
export async function setUpFirstAdmin(
  input: Omit<NewPerson, 'role'> & { secret: string },
): Promise<{ ok: true }> {
  const refusal = new Refusal(
    'forbidden',
    'This link has been used or replaced. Start Halyard again for a new one.',
  );
  // Before the password is hashed: that is slow on purpose, and anybody may call this.
  if (!(await isSetupOpen(input.secret))) throw refusal;
  const passwordHash = await hashPassword(input.password);
  await getDb().$transaction(async (tx) => {
    if (!(await spendSetupSecret(tx, hashToken(input.secret))) || (await countPeople(tx)) > 0) throw refusal;
    const id = randomUUID();
    await insertPerson(tx, { id, name: input.name, email: input.email, role: 'admin', passwordHash });
    await writeAudit(tx, { id }, 'person.first-admin', id);
  });
  return { ok: true };
}

function shape(row: PersonRow): Person {
  return { ...row, createdAt: row.createdAt.toISOString() };
}
