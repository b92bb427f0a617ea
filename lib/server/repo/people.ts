import type { Role } from '@/lib/contract/roles.ts';
import type { DbOrTx } from '../db/connection.ts';

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  disabled: boolean;
  createdAt: Date;
}

const columns = { id: true, name: true, email: true, role: true, disabled: true, createdAt: true } as const;

export function findPerson(db: DbOrTx, id: string): Promise<PersonRow | null> {
  return db.user.findUnique({ where: { id }, select: columns });
}

export function findPersonByEmail(db: DbOrTx, email: string): Promise<PersonRow | null> {
  return db.user.findUnique({ where: { email: email.toLowerCase() }, select: columns });
}

export function listPeopleRows(db: DbOrTx): Promise<PersonRow[]> {
  return db.user.findMany({ select: columns, orderBy: [{ disabled: 'asc' }, { name: 'asc' }] });
}

export function countPeople(db: DbOrTx): Promise<number> {
  return db.user.count();
}

export function countEnabledAdmins(db: DbOrTx): Promise<number> {
  return db.user.count({ where: { role: 'admin', disabled: false } });
}

/** Makes an account that signs in with this (already hashed) password. */
export function insertPerson(
  db: DbOrTx,
  person: { id: string; name: string; email: string; role: Role; passwordHash: string },
): Promise<PersonRow> {
  const { id, name, role, passwordHash } = person;
  return db.user.create({
    data: {
      id,
      name,
      email: person.email.toLowerCase(),
      emailVerified: true,
      role,
      accounts: {
        create: { id: `${id}-password`, accountId: id, providerId: 'credential', password: passwordHash },
      },
    },
    select: columns,
  });
}

/** Changes what an admin may change, and ends the person's sessions so that it holds at once. */
export async function updatePerson(
  db: DbOrTx,
  id: string,
  change: { role?: Role | undefined; disabled?: boolean | undefined },
): Promise<PersonRow> {
  const data = {
    ...(change.role === undefined ? {} : { role: change.role }),
    ...(change.disabled === undefined ? {} : { disabled: change.disabled }),
  };
  const row = await db.user.update({ where: { id }, data, select: columns });
  await db.session.deleteMany({ where: { userId: id } });
  return row;
}

export function findSetupSecret(db: DbOrTx): Promise<{ hash: string; usedAt: Date | null } | null> {
  return db.setupSecret.findUnique({ where: { id: 1 }, select: { hash: true, usedAt: true } });
}

export async function writeSetupSecret(db: DbOrTx, hash: string): Promise<void> {
  await db.setupSecret.upsert({ where: { id: 1 }, create: { id: 1, hash }, update: { hash, usedAt: null } });
}

/** Spends the secret of this hash; false where another request was first, or a newer secret has replaced it. */
export async function spendSetupSecret(db: DbOrTx, hash: string): Promise<boolean> {
  const { count } = await db.setupSecret.updateMany({
    where: { id: 1, hash, usedAt: null },
    data: { usedAt: new Date() },
  });
  return count === 1;
}
