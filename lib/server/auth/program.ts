import type { TokenScope } from '@/lib/contract/token.ts';
import { Refusal } from '../error.ts';

/** A program that asks, by its token. */
export interface Program {
  readonly kind: 'program';
  /** The token's id. */
  readonly id: string;
  /** The token's name. */
  readonly name: string;
  readonly scopes: readonly TokenScope[];
}

/** @throws Refusal `forbidden` where the program's token is not for this */
export function requireScope(program: Program, needed: TokenScope): void {
  if (!program.scopes.includes(needed)) {
    throw new Refusal(
      'forbidden',
      `This needs the scope ${needed}; the token "${program.name}" has ${program.scopes.join(', ')}. An admin makes another by "halyard token add NAME --scopes ${needed}".`,
    );
  }
}
