import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import { Refusal } from '../error.ts';

/** Who asks. Every service takes one, and decides by it. */
export interface Actor {
  readonly kind: 'person' | 'program' | 'operator';
  /** User id; `operator` for whoever runs the command line on this machine. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** The person at the machine's own command line: whoever can read the secrets file needs no password. */
export const OPERATOR: Actor = { kind: 'operator', id: 'operator', name: 'operator', role: 'admin' };

/** @throws Refusal `forbidden` where the actor's role is below `needed` */
export function requireRole(actor: Actor, needed: Role): void {
  if (!holdsRole(actor.role, needed)) {
    throw new Refusal('forbidden', `This needs the role ${needed}; ${actor.name} is ${actor.role}.`);
  }
}

/**
 * Windows are put into the hands of people who sign in, and labels belong to them; a command line has no hands.
 * @throws Refusal `forbidden` for anyone else
 */
export function requirePerson(actor: Actor, needed: Role = 'analyst'): void {
  requireRole(actor, needed);
  if (actor.kind === 'operator') {
    throw new Refusal('forbidden', 'Labels belong to a person: sign in to give one.');
  }
}
