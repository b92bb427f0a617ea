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
