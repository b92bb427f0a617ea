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

/** https://www.prisma.io/docs/orm/reference/error-reference; a conflict found only at the commit has a name for a code. */
const UNIQUE_VIOLATION = ['P2002'];
const WRITE_CONFLICT = ['P2034', 'TransactionWriteConflict'];

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
  const taken = new Refusal('conflict', `${input.email} already has an account.`);
  const adding = getDb().$transaction(async (tx) => {
    if (await findPersonByEmail(tx, input.email)) throw taken;
    const person = await insertPerson(tx, { ...input, id: randomUUID(), passwordHash });
    await writeAudit(tx, actor, 'person.add', person.id, { role: person.role });
    return shape(person);
  });
  return refusing(adding, UNIQUE_VIOLATION, taken);
}

/**
 * Changes a role or disables an account. The last enabled admin stays one: otherwise nobody could undo it.
 * @throws Refusal `conflict` for the last admin, or where accounts are being changed by someone else at the same time
 */
export async function changePerson(
  actor: Actor,
  { id, role, disabled }: { id: string; role?: Role | undefined; disabled?: boolean | undefined },
): Promise<Person> {
  requireRole(actor, 'admin');
  const changing = getDb().$transaction(
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
  const busy = new Refusal('conflict', 'Someone else changed accounts at the same moment; try again.');
  return refusing(changing, WRITE_CONFLICT, busy);
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

/** Says in words what Prisma says by a code; other errors stay as they are. */
async function refusing<T>(work: Promise<T>, codes: readonly string[], refusal: Refusal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const said = error instanceof Error ? [error.message, 'code' in error ? error.code : null] : [];
    throw codes.some((code) => said.includes(code)) ? refusal : error;
  }
}

function shape(row: PersonRow): Person {
  return { ...row, createdAt: row.createdAt.toISOString() };
}
